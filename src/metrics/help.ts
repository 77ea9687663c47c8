/** Of what a process counts itself: sums over all processes are those of the service. */
export const here = (help: string): string => `${help} Of this process, since its start.`;

/** Of how this process is at the moment. */
export const hereNow = (help: string): string => `${help} Of this process.`;

/** Of what every process that is asked says alike: take the greatest, not the sum. */
export const ofTheStore = (help: string): string => `${help} Of the whole store: alike from each process.`;
