import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Makes what nobody guesses: 256 bits of chance, in base64url. */
export type NewSecret = () => string;

export const newSecret: NewSecret = () => randomBytes(32).toString('base64url');

/** What is kept of a secret. It is as long as chance makes it, so nothing slower is needed. */
export const sha256Of = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** In a time that does not tell how much of it is right. */
export const isSameText = (one: string, other: string): boolean => {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
};
