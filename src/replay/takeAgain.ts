import type { Steps } from '../apps/steps.js';
import type { NewEvent } from '../domain/event.js';
import { isAsRecorded } from './asRecorded.js';
import { compare, compareWith } from './compare.js';
import { type Decided, decidedNow } from './decided.js';
import type { Folded } from './folded.js';
import type { Group } from './groups.js';
import { changesStory, kindOf, recordedOf } from './judge.js';
import type { LastLines } from './lastLines.js';
import type { Replayed } from './replayed.js';
import { type MessageToRun, type RunNeeds, runMessage } from './runMessage.js';

export interface AgainNeeds extends RunNeeds {
  /** The memory is that of what was recorded: what would each message have got by itself? */
  readonly fromHere: boolean;
  /** What is the same is told with all that was decided, too. */
  readonly showsAll: boolean;
}

/** The conversation around a decision. */
export interface Around {
  /** As it would have been. */
  readonly known: Folded;
  /** As it was recorded, where that is something else. */
  readonly knownThen?: Folded;
  readonly lines: LastLines;
  /** The message is a dead letter that was put back. */
  readonly wasFailed: boolean;
}

export interface TakenAgain {
  readonly replayed: Replayed;
  /** What is to stand in the story of the re-run in place of what was recorded, if it is something else. */
  readonly instead?: readonly NewEvent[];
  /** All that was recorded was made again. */
  readonly isAsRecorded?: boolean;
}

/** Takes a decision anew, and compares. */
export function* takeAgain(
  needs: AgainNeeds,
  group: Group,
  from: MessageToRun,
  { known, knownThen, lines, wasFailed }: Around,
): Steps<TakenAgain> {
  const { connection, pending, verdict } = from;
  const { messageId, text, receivedAt } = pending.message;
  const decision = yield* runMessage(needs, from, known);
  const stored = recordedOf(connection, group, [...from.elsewhere, ...decision.found]);
  // Most are the same: there is nothing to show of them.
  if (!needs.showsAll && isAsRecorded(stored, decision.made))
    return {
      replayed: { kind: kindOf(verdict, undefined, decision, wasFailed), messageId },
      isAsRecorded: true,
    };
  const compared = compareWith(stored, decision.made);
  const { recorded, rerun, differs } = compared;
  const kind = kindOf(verdict, differs[0], decision, wasFailed);
  if (differs.length === 0 && !needs.showsAll) return { replayed: { kind, messageId } };
  const isConsequence =
    differs.length > 0 && knownThen !== undefined && (yield* isSame(needs, from, recorded, knownThen));
  const { calls } = decision;
  const around = {
    text,
    receivedAt,
    isConsequence,
    connection,
    calls,
    before: lines.before(messageId),
    revision: verdict.revision,
  };
  const replayed = { kind, messageId, shown: { ...compared, ...around } };
  const goesOn = needs.fromHere || recorded.kind === 'failed' || kind === 'notReproducible';
  return goesOn || !changesStory(recorded, rerun) ? { replayed } : { replayed, instead: decision.events() };
}

/** By what was recorded before it, it would be as it was: the difference is another one's. */
function* isSame(needs: RunNeeds, from: MessageToRun, then: Decided, known: Folded): Steps<boolean> {
  const { made } = yield* runMessage(needs, from, known);
  return compare(then, decidedNow(made)).length === 0;
}
