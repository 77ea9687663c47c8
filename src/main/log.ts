import pino from 'pino';
import pretty from 'pino-pretty';
import type { Log } from '../domain/log.js';
import { visibleLog } from '../terminal/visible.js';
import type { Config } from './config/config.js';

/** For someone who watches, a tenth of a second is at once. */
const buffered = { dest: 1, sync: false, minLength: 8_192, periodicFlush: 100 };

/** Structured logs on standard output: JSON for machines, lines for a person at a terminal. */
export const createLog = ({ level, format, phoneNumbers }: Config['log']): Log => {
  const shorten = phoneNumbers === 'full' ? (value: unknown) => value : shortenNumbers;
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { stream: shorten, identity: shorten, err: pino.stdSerializers.err },
  };
  const forPeople = format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
  // Not one write a line: they go out together, a moment later. What is buffered is written at the exit.
  if (!forPeople) return pino(options, pino.destination(buffered));
  const lines = pretty({
    sync: true,
    colorize: process.stdout.isTTY,
    singleLine: true,
    translateTime: 'HH:MM:ss',
  });
  // Before it is made pretty, so that the colours stay.
  return pino(options, { write: (line: string) => lines.write(visibleLog(line)) });
};

/** A phone number is the person's: a log shows enough of it to tell two apart, not to call. */
export const shortenNumbers = (value: unknown): unknown =>
  typeof value === 'string' ? value.replace(/\d{4,}/g, (digits) => `…${digits.slice(-3)}`) : value;
