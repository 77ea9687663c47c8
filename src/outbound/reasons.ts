// Reasons that no gateway gave.

/** Outcomes of attempts cannot be recorded. */
export const storeAway = 'store unavailable';

/** No process has the lane. */
export const nobodyDelivers = 'no process delivers for it';
