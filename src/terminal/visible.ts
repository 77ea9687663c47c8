// Control characters (C0, DEL, C1), separators of lines, and marks that turn the direction of what follows. A person's name or text may
// hold them: at a terminal they would clear the screen, or make one thing look like another.
const hidden = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
/** All but what separates the lines and cells of whoever prints. */
const hiddenInLines = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** A value in one line, with everything in it that a terminal would act upon shown: `␛`, `␊`, `<U+202E>`. */
export const visible = (text: string): string => text.toWellFormed().replace(hidden, symbolOf);

/** The same of lines that are ready to be printed: their breaks and tabs stay. */
export const visibleLines = (text: string): string => text.toWellFormed().replace(hiddenInLines, symbolOf);

/** The same of JSON, which stays JSON of the same values. */
export const visibleJson = (json: string): string =>
  json.replace(hiddenInLines, (character) => `\\u${hex(character)}`);

/** A line of a log in JSON whose texts say what a terminal may be shown. Stacks keep their lines. */
export const visibleLog = (json: string): string =>
  json
    .replace(/\\(?:u([0-9a-f]{4})|[^u])/gi, (found, code: string | undefined) =>
      code === undefined ? found : escaped(String.fromCharCode(Number.parseInt(code, 16))),
    )
    .replace(hiddenInLines, symbolOf);

const escaped = (character: string): string => JSON.stringify(visibleLines(character)).slice(1, -1);

const symbolOf = (character: string): string => {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : `<U+${hex(character).toUpperCase()}>`;
};

const hex = (character: string): string => character.charCodeAt(0).toString(16).padStart(4, '0');
