import { type Command, InvalidArgumentError } from 'commander';
import type { Zone } from '../domain/zone.js';
import type { ReplayRequest } from '../programs/replay/request.js';
import { type Family, families } from '../replay/refuse/families.js';
import { timeOf } from './options.js';

export interface ReplayOptions {
  readonly apps?: string;
  readonly since?: string;
  readonly until?: string;
  readonly zone: Zone;
  readonly backend?: string;
  readonly conversation?: string;
  readonly app?: string;
  readonly fromHere?: boolean;
  readonly allow: readonly Family[];
  readonly limit?: number;
  readonly threads?: number;
  readonly resume?: boolean;
  readonly json?: boolean;
  readonly asTest?: string;
  readonly whatIf?: string;
  readonly keep?: boolean;
}

export const requestOf = (options: ReplayOptions, command: Command): ReplayRequest => {
  const { apps, backend, conversation, app, threads, json = false } = options;
  const range = { ...rangeOf('since', options, command), ...rangeOf('until', options, command) };
  if (range.since !== undefined && range.until !== undefined && range.since >= range.until)
    command.error(
      `error: --since: expected a time before that of --until, got ${JSON.stringify(options.since)} and ${JSON.stringify(options.until)}.`,
    );
  const limitIsGiven = command.getOptionValueSource('limit') === 'cli';
  return {
    ...(apps === undefined ? {} : { apps }),
    ...range,
    ...(backend === undefined ? {} : { backend }),
    ...(conversation === undefined ? {} : { conversation }),
    ...(app === undefined ? {} : { app }),
    ...(threads === undefined ? {} : { threads }),
    fromHere: options.fromHere ?? false,
    claims: options.whatIf === 'claim',
    allowed: options.allow,
    // Each is told as it is found: none need be kept.
    limit: json && !limitIsGiven ? 1 : (options.limit ?? 5),
    resume: options.resume ?? false,
  };
};

const rangeOf = (
  key: 'since' | 'until',
  options: ReplayOptions,
  command: Command,
): Partial<Record<'since' | 'until', string>> => {
  const text = options[key];
  if (text === undefined) return {};
  return {
    [key]: new Date(
      timeOf(command, { option: `--${key}`, text, end: key, zone: options.zone }),
    ).toISOString(),
  };
};

export const allowed = (text: string, before: readonly Family[]): readonly Family[] => {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => name !== 'all' && !(families as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`Expected one or more of ${families.join(', ')}, all; got ${unknown}.`);
  return names.includes('all') ? families : [...before, ...(names as Family[])];
};
