import type { AnyApp } from '../apps/app.js';
import { phaseSteps } from '../apps/phases.js';
import type { Steps } from '../apps/steps.js';
import type { Connection } from '../domain/connection.js';
import type { MessageReceived } from '../domain/events.js';
import type { Folded } from './folded.js';
import type { Group } from './groups.js';
import type { RunNeeds } from './runMessage.js';

/** A message that several apps would handle, or another one than did then. */
export interface Claim {
  /** The apps that would handle it if they were asked, in the configured order: the first one does. */
  readonly by: readonly string[];
  /** The app that handled it then; absent when none did. */
  readonly handledBy?: string;
  readonly connection: Connection;
  readonly messageId: string;
  readonly text: string;
  readonly receivedAt: string;
}

/** What each app would do if no other handled anything: with the others' filter and parse, and with none of what comes after. */
export const onlyHandling = (apps: readonly AnyApp[]): readonly (readonly [string, readonly AnyApp[]])[] =>
  apps
    .filter(({ handle }) => handle !== undefined)
    .map((one) => [one.name, apps.map((app) => onlyBefore(app, app === one))]);

const onlyBefore = (app: AnyApp, handles: boolean): AnyApp => {
  const { default: _default, cleanup: _cleanup, outgoing: _outgoing, handle, ...rest } = app;
  return { ...rest, ...(handles && handle !== undefined ? { handle } : {}) };
};

/** Asks each app by itself whether it would handle a message; one that fails on it would as well: no other is asked then. */
export function* claimsOn(
  { ports, watch }: RunNeeds,
  alone: ReturnType<typeof onlyHandling>,
  message: MessageReceived['data'],
  { conversation, memory }: Folded,
  { verdict }: Group,
): Steps<Claim | undefined> {
  const now = new Date(verdict.type === 'MessageRouted' ? verdict.data.routedAt : verdict.data.failedAt);
  const by: string[] = [];
  if (!watch.begin(message.messageId, now)) {
    for (const [name, apps] of alone) {
      const result = yield* phaseSteps(apps, { message, conversation, memory, now }, ports);
      if (result.kind === 'failed' || result.outcome === 'handled') by.push(name);
    }
  }
  watch.end();
  const handledBy =
    verdict.type === 'RoutingFailed' || verdict.data.outcome === 'handled' ? verdict.data.app : undefined;
  if (by.length < 2 && by[0] === handledBy) return undefined;
  const { messageId, text, receivedAt } = message;
  return {
    by,
    ...(handledBy === undefined ? {} : { handledBy }),
    connection: conversation.connection,
    messageId,
    text,
    receivedAt,
  };
}

/** How often something was found, with some of it to look at. */
export interface ClaimCount {
  readonly count: number;
  readonly examples: readonly Claim[];
}

export interface ClaimsState {
  /** `first, other`: both would handle them, and the first one does. */
  readonly overlaps: Readonly<Record<string, ClaimCount>>;
  /** `then → now`: who handled them, and who would. */
  readonly handovers: Readonly<Record<string, ClaimCount>>;
}

/** Counts claims, and keeps some of each pair. */
export class ClaimsTally {
  readonly #overlaps = new Map<string, { count: number; examples: Claim[] }>();
  readonly #handovers = new Map<string, { count: number; examples: Claim[] }>();

  /** @param limit - examples kept of each pair; 0: all */
  constructor(private readonly limit: number) {}

  add(claim: Claim): void {
    const [first, ...others] = claim.by;
    for (const other of others) this.#count(this.#overlaps, `${first}, ${other}`, claim);
    if (first !== claim.handledBy)
      this.#count(this.#handovers, `${claim.handledBy ?? 'no app'} → ${first ?? 'no app'}`, claim);
  }

  state(): ClaimsState {
    return {
      overlaps: Object.fromEntries(this.#overlaps),
      handovers: Object.fromEntries(this.#handovers),
    };
  }

  #count(where: Map<string, { count: number; examples: Claim[] }>, pair: string, claim: Claim): void {
    const counted = where.get(pair) ?? { count: 0, examples: [] };
    where.set(pair, counted);
    counted.count += 1;
    if (this.limit === 0 || counted.examples.length < this.limit) counted.examples.push(claim);
  }
}
