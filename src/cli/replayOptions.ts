import { type Command, InvalidArgumentError } from 'commander';
import { spokenTime, timesUnderstood } from '../domain/spokenTime.js';
import type { ReplayRequest } from '../programs/replay/request.js';
import { type Family, families } from '../replay/refuse/families.js';

export interface ReplayOptions {
  readonly apps?: string;
  readonly since?: string;
  readonly until?: string;
  readonly zone: string;
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
  const limitIsGiven = command.getOptionValueSource('limit') === 'cli';
  return {
    ...(apps === undefined ? {} : { apps }),
    ...timeOf('since', options, command),
    ...timeOf('until', options, command),
    ...(backend === undefined ? {} : { backend }),
    ...(conversation === undefined ? {} : { conversation }),
    ...(app === undefined ? {} : { app }),
    ...(threads === undefined || threads === 0 ? {} : { threads }),
    fromHere: options.fromHere ?? false,
    claims: options.whatIf === 'claim',
    allowed: options.allow,
    // Each is told as it is found: none need be kept.
    limit: json && !limitIsGiven ? 1 : (options.limit ?? 5),
    resume: options.resume ?? false,
  };
};

const timeOf = (
  key: 'since' | 'until',
  options: ReplayOptions,
  command: Command,
): Partial<Record<'since' | 'until', string>> => {
  const text = options[key];
  if (text === undefined) return {};
  const time = spokenTime(text, Date.now(), options.zone);
  if (time === undefined)
    return command.error(
      `error: --${key}: expected a time (${timesUnderstood}), got ${JSON.stringify(text)}.`,
    );
  return { [key]: new Date(key === 'since' ? time.from : time.to).toISOString() };
};

export const zone = (name: string): string => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    throw new InvalidArgumentError('Expected a name of the time zone database, such as Africa/Kampala.');
  }
};

export const whole = (text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a number.');
};

export const allowed = (text: string, before: readonly Family[]): readonly Family[] => {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => name !== 'all' && !(families as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`Expected one or more of ${families.join(', ')}, all; got ${unknown}.`);
  return names.includes('all') ? families : [...before, ...(names as Family[])];
};
