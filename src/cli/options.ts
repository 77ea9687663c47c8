import { type Command, InvalidArgumentError, Option } from 'commander';
import { type End, readTime, timesTaken } from '../domain/times.js';
import { ownZone, type Zone, zoneOf } from '../domain/zone.js';

/** What option parsers throw is told with the name of the option, and what was given. */
const expected = (what: string): InvalidArgumentError => new InvalidArgumentError(`Expected ${what}.`);

/** @param what - is shown or meant in it */
export const zoneOption = (what: string): Option =>
  new Option('--zone <name>', `${what}: Africa/Kampala, +05:45, UTC`)
    .argParser(zone)
    .default(zone(ownZone()), "the terminal's");

export function zone(name: string): Zone {
  const found = zoneOf(name);
  if (found === undefined) throw expected('a time zone: Africa/Kampala, +05:45, UTC');
  return found;
}

export const whole = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw expected('a number: 50, or 0 for all');
  return Number(text);
};

/** More would not be quicker on any machine. */
const mostThreads = 256;

export const threads = (text: string): number => {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > mostThreads) throw expected(`a number from 1 to ${mostThreads}`);
  return number;
};

interface NamedTime {
  /** As it is typed. */
  readonly option: string;
  readonly text: string;
  readonly end: End;
  readonly zone: Zone;
  readonly takes?: string;
}

/**
 * The time that an option names, once the zone is known; for what names none the command ends with a sentence.
 *
 * @returns milliseconds since 1970
 */
export const timeOf = (
  command: Command,
  { option, text, end, zone, takes = timesTaken }: NamedTime,
): number =>
  readTime(text, end, zone, Date.now()) ??
  command.error(`error: ${option}: expected ${takes}, got ${JSON.stringify(text)}.`);
