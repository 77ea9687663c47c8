import type { Explanation } from './explanation.js';

/** An explanation as JSON has it. */
export const plainExplanation = (explanation: Explanation): string => JSON.stringify(explanation, plain);

const plain = (_key: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Map ? Object.fromEntries(value) : value;
};
