import { z } from 'zod';
import type { Access } from '../../../access/access.js';
import type { Right } from '../../../access/rights.js';
import type { Tokens } from '../../../access/tokens.js';
import type { Users } from '../../../access/users.js';

export interface AccessApiNeeds {
  readonly access: Pick<Access, 'directory' | 'written'>;
  readonly users: Users;
  readonly tokens: Tokens;
  readonly now: () => number;
}

export const tag = 'Users and tokens';
export const right: Right = 'administer';
export const done = { 204: { description: 'It is done.' } };

export const time = z.string().meta({ description: 'ISO, UTC.' });
export const seesNumbers = z
  .boolean()
  .default(false)
  .meta({ description: 'Without more than the right to see: whole telephone numbers.' });
export const named = z.object({ name: z.string() });
