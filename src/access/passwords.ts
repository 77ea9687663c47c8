import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import type { PasswordHash } from '../domain/accessEvents.js';
import { AccessError } from './accessError.js';

const least = 10;
/** Each is worked on for a good while: more would be a way to keep the router from its work. */
const mostBytes = 1_000;
const [saltBytes, hashBytes] = [16, 32];

export type Strength = Pick<PasswordHash, 'cost' | 'blockSize' | 'parallelization'>;

/** OWASP's, with the least memory of those: 32 MB and some tenths of a second for each. */
export const strong: Strength = { cost: 32_768, blockSize: 8, parallelization: 3 };

/** So many are worked on at a time: what hashes is what reads files, too. */
const atOnce = 2;
/** Whoever comes when so many wait is told to come again. */
const mostWaiting = 50;

/** @throws {AccessError} `bad-password` for one that is too easily guessed, or too long */
export const checkPassword = (password: string, name: string): void => {
  if (lengthOf(normal(password)) < least)
    throw new AccessError('bad-password', `A password has at least ${least} characters.`);
  if (Buffer.byteLength(password) > mostBytes)
    throw new AccessError('bad-password', `A password has at most ${mostBytes} bytes.`);
  const bare = normal(password).toLowerCase();
  if (bare.includes(name) && lengthOf(bare) < lengthOf(name) + least)
    throw new AccessError('bad-password', 'A password is not the name with a few characters beside it.');
  if (new Set(bare).size < 5)
    throw new AccessError('bad-password', 'A password has at least five different characters.');
};

/** In characters of Unicode, so that no script has it easier. */
const lengthOf = (text: string): number => Array.from(text).length;

/** The same, whatever keyboard it was typed on. */
const normal = (password: string): string => password.normalize('NFKC');

/** Hashes passwords, and compares them with what was kept. */
export class Passwords {
  #working = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #dummy: PasswordHash;

  constructor(private readonly strength: Strength = strong) {
    const [salt, hash] = [saltBytes, hashBytes].map((size) => randomBytes(size).toString('base64url'));
    this.#dummy = { algorithm: 'scrypt', ...strength, salt: salt ?? '', hash: hash ?? '' };
  }

  /** @throws {AccessError} `busy` */
  async hash(password: string): Promise<PasswordHash> {
    const salt = randomBytes(saltBytes);
    const made = await this.#inTurn(() => derived(password, salt, hashBytes, this.strength));
    return {
      algorithm: 'scrypt',
      ...this.strength,
      salt: salt.toString('base64url'),
      hash: made.toString('base64url'),
    };
  }

  /**
   * @param kept - undefined when there is none: it takes as long, so that nobody learns which names there are
   * @throws {AccessError} `busy`
   */
  async matches(password: string, kept: PasswordHash | undefined): Promise<boolean> {
    const { salt, hash, ...strength } = kept ?? this.#dummy;
    const expected = Buffer.from(hash, 'base64url');
    if (Buffer.byteLength(password) > mostBytes) return false;
    const made = await this.#inTurn(() =>
      derived(password, Buffer.from(salt, 'base64url'), expected.length, strength),
    );
    return timingSafeEqual(made, expected) && kept !== undefined;
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#working >= atOnce) {
      if (this.#waiting.length >= mostWaiting)
        throw new AccessError('busy', 'Too many people log in at this moment. Please try again.');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#working += 1;
    try {
      return await work();
    } finally {
      // The place is handed on, or given back.
      const next = this.#waiting.shift();
      if (next === undefined) this.#working -= 1;
      else next();
    }
  }
}

const derived = (
  password: string,
  salt: Buffer,
  size: number,
  { cost, blockSize, parallelization }: Strength,
): Promise<Buffer> => {
  const options: ScryptOptions = { cost, blockSize, parallelization, maxmem: 256 * cost * blockSize };
  return new Promise((resolve, reject) => {
    scrypt(normal(password), salt, size, options, (error, made) => {
      if (error === null) resolve(made);
      else reject(error);
    });
  });
};
