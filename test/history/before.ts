import type { NewEvent } from '../../src/domain/event.js';
import type { TraceEntry } from '../../src/domain/events.js';

/** Fields that the versions of before did not record, by the type of the event. */
const later: Readonly<Record<string, readonly string[]>> = {
  MessageRouted: ['by', 'seen', 'elsewhere'],
  RoutingFailed: ['by', 'seen'],
  MessageSent: ['by', 'seen', 'from', 'decidedText', 'trace'],
  MessageCancelled: ['by', 'seen', 'from', 'decidedText', 'trace'],
  MessageDispatched: ['tookMs'],
  DispatchFailed: ['tookMs'],
  DispatchUnclear: ['tookMs'],
};

/** The event as a router stored it that did not yet record who decides, on what, and what became of a text on the way. */
export const asBefore = <Event extends NewEvent>(event: Event): Event => {
  const names = later[event.type];
  if (names === undefined) return event;
  const kept = Object.entries(event.data).filter(([name]) => !names.includes(name));
  const data = Object.fromEntries(
    kept.map(([name, value]) => [name, name === 'trace' ? calls(value) : value]),
  );
  return { ...event, data };
};

/** What a call made of the text is not told. */
const calls = (trace: readonly TraceEntry[]): readonly TraceEntry[] =>
  trace.map(({ text: _text, ...call }) => call);
