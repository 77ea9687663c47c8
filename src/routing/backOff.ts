/** Milliseconds before the next try: 50 ms, doubled up to 5 s. */
export const backOff = (failures: number): number => Math.min(5_000, 50 * 2 ** Math.min(failures, 10));
