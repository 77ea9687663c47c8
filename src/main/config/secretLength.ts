/** Characters of what signs the addresses that we hand out: fewer could be guessed. */
export const leastSecret = 16;

/** Blanks at its ends, such as the end of a line, are not counted: nobody has to guess them. */
export const lengthOfSecret = (text: string): number => text.trim().length;
