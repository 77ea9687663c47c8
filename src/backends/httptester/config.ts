import { z } from 'zod';
import { plays } from './play.js';

const milliseconds = z.int().min(0).max(3_600_000);

export const httptesterConfig = z.strictObject({
  /** What becomes of texts, unless the message that they answer says otherwise. */
  play: z.enum(plays, `expected one of ${plays.join(', ')}`).default('delivered'),
  /** `delayed`: until it is delivered. */
  delayMs: milliseconds.default(30_000),
  /** `away`: from the first attempt until the gateway is back. */
  awayMs: milliseconds.default(20_000),
});

export type HttptesterConfig = z.output<typeof httptesterConfig>;
