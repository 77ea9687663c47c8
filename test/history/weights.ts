// Events that may follow from something, at most: so much room is kept for it, and a history ends with what it began.

const mostFacts = 2;
const mostTexts = 2;

/** From one text that goes out, itself included: its attempts and its reports. */
export const textOutWeight = 16;
/** From routing one message: MessageRouted, facts, and texts with all that becomes of them. */
export const routeWeight = 1 + mostFacts + mostTexts * textOutWeight;
/** From one text of a person. */
export const textWeight = 1 + routeWeight;
/** From a dead letter that is put back, the one who puts it back included. */
export const requeuedTextWeight = 1 + textOutWeight;
export const requeuedMessageWeight = 1 + routeWeight;
