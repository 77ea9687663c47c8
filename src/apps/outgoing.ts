import type { TraceEntry } from '../domain/events.js';
import type { AnyApp, Contact } from './app.js';
import { askedOf } from './asked.js';
import { Call, type PhasePorts, type Surroundings } from './call.js';
import { contactOf, type Memory } from './memory.js';
import type { OutgoingMessage } from './message.js';
import { type Steps, settle } from './steps.js';

/** What the apps made of one text on its way out. */
export interface WentOut {
  readonly text: string;
  /** The app that stopped it. */
  readonly cancelledBy?: string;
  readonly trace: readonly TraceEntry[];
}

export interface OutgoingInput extends Surroundings {
  readonly memory: Memory;
  /** The person as the apps know them by this memory, where that is known already. */
  readonly contact?: Contact | undefined;
}

/** Hands one text through the outgoing phase: the apps in reverse, up to the first that says `false`. */
export const runOutgoing = (
  apps: readonly AnyApp[],
  message: OutgoingMessage,
  input: OutgoingInput,
  ports: PhasePorts,
): WentOut | Promise<WentOut> => settle(outgoingSteps(apps, message, input, ports));

/** As {@link runOutgoing}, as a part of other work. */
export function* outgoingSteps(
  apps: readonly AnyApp[],
  message: OutgoingMessage,
  input: OutgoingInput,
  ports: PhasePorts,
): Steps<WentOut> {
  const trace: TraceEntry[] = [];
  const { contact = contactOf(apps, input.memory) } = input;
  for (const app of askedOf(apps).outgoing) {
    // A copy for each call: what an app does to the text after it threw or ran out of time must not count.
    const copy = { ...message };
    const call = new Call('outgoing', app, ports);
    call.ask(copy, input, input.memory, contact);
    if (call.isOpen) yield* call.answer();
    const before = message.text;
    if (call.error === undefined && typeof copy.text === 'string') message.text = copy.text;
    trace.push(call.entry(before, message.text));
    if (call.result === false) return { text: message.text, cancelledBy: app.name, trace };
  }
  return { text: message.text, trace };
}
