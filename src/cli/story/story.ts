import type { RecordedEvent } from '../../domain/event.js';
import type {
  MessageCancelled,
  MessageDispatched,
  MessageReceived,
  MessageRouted,
  MessageSent,
} from '../../domain/events.js';
import { isUnderstood } from '../../domain/understood.js';
import type { Explanation } from '../../explain/explanation.js';
import type { Change } from '../../explain/state.js';
import type { Chain, InboundStory, Step, TextStory } from '../../explain/story.js';
import { happenedAt } from '../../explain/time.js';
import type { Wait } from '../../explain/waits.js';
import { styled, type Terminal } from '../../terminal/print.js';
import { visible } from '../../terminal/visible.js';
import type { LocalClock } from '../clock.js';
import { codeWords, decisionRow, inboundTrace, nearMissIn, traceRows } from './decision.js';
import { linesOf, type Row } from './row.js';
import { otherRow, stepRow } from './steps.js';
import { recorded, shown } from './words.js';

/** A story as lines for a terminal or a pipe, each made when it is asked for: a long one is read from its beginning meanwhile. */
export function* storyLines(
  explanation: Explanation,
  clock: LocalClock,
  terminal: Pick<Terminal, 'width' | 'hasUtf8'>,
): Generator<string, void, undefined> {
  const narrator = new Narrator(explanation, clock, terminal);
  for (const chain of explanation.chains) yield* narrator.chain(chain);
}

class Narrator {
  readonly #in: string;
  readonly #out: string;
  #day: string | undefined;

  constructor(
    private readonly explanation: Explanation,
    private readonly clock: LocalClock,
    private readonly terminal: Pick<Terminal, 'width' | 'hasUtf8'>,
  ) {
    [this.#in, this.#out] = terminal.hasUtf8 ? ['▸ ', '◂ '] : ['> ', '< '];
  }

  chain(chain: Chain): readonly string[] {
    switch (chain.way) {
      case 'in':
        return [...this.#heading(chain.received ?? chain.steps[0]?.event), ...this.#inbound(chain)];
      case 'out':
        return [...this.#heading(chain.decided ?? chain.steps[0]), ...this.#text(chain)];
      case 'none':
        return [
          ...this.#heading(chain.event),
          ...this.#rows(chain.event, [otherRow(chain.event, this.clock)]),
        ];
    }
  }

  /** The day, where it is another one. */
  #heading(event: RecordedEvent | undefined): readonly string[] {
    const day = event === undefined ? this.#day : this.clock.day(happenedAt(event));
    if (day === undefined || day === this.#day) return [];
    this.#day = day;
    return ['', styled(day, 'strong')];
  }

  #inbound({ messageId, received, steps }: InboundStory): readonly string[] {
    const row: Row =
      received === undefined
        ? { lead: this.#in, text: '(the message itself was cut away)', remark: this.#id(messageId) }
        : {
            time: this.clock.time(happenedAt(received)),
            lead: this.#in,
            text: shown(textOf(received)),
            remark: this.#id(messageId),
          };
    return [...this.#rows(received, [row]), ...steps.flatMap((step) => this.#step(step, textOf(received)))];
  }

  #step({ event, facts, texts }: Step, text: string): readonly string[] {
    const isDecision =
      (event.type === 'MessageRouted' || event.type === 'RoutingFailed') && isUnderstood(event);
    if (!isDecision) return this.#rows(event, [stepRow(event, this.clock)]);
    const trace = inboundTrace(event.data as MessageRouted['data']);
    const code = this.explanation.codes.get(event.id);
    return [
      ...this.#rows(event, [
        ...traceRows(trace, this.terminal.hasUtf8, nearMissIn(text, trace, code?.run.apps)),
        decisionRow(event, code, this.clock),
      ]),
      ...facts.flatMap((fact) => this.#rows(fact, [{ text: recorded(fact) }])),
      ...texts.flatMap((story) => this.#text(story)),
    ];
  }

  #text(story: TextStory): readonly string[] {
    const { decided, steps } = story;
    const decidedAt = decided === undefined ? undefined : happenedAt(decided);
    return [
      ...this.#rows(decided, this.#decidedRows(story)),
      ...steps.flatMap((step) => this.#rows(step, [stepRow(step, this.clock, decidedAt)])),
      ...this.#rows(undefined, waitRows(this.explanation.waits?.get(story.messageId))),
    ];
  }

  #decidedRows({ messageId, to, follows, decided, steps }: TextStory): readonly Row[] {
    if (decided === undefined) {
      const why =
        to === undefined ? '(the text itself was cut away)' : `to ${who(to)}: (nothing is left of it)`;
      return [{ lead: this.#out, text: why, remark: this.#id(messageId) }];
    }
    const {
      text,
      from = follows,
      decidedText,
      trace = [],
      priority,
      by,
      app,
    } = decided.data as MessageSent['data'];
    const { cancelledBy } = decided.data as Partial<MessageCancelled['data']>;
    const before =
      decidedText === undefined ? [] : [{ text: `decided   ${visible(JSON.stringify(decidedText))}` }];
    const remarks = [
      ...(cancelledBy === undefined ? [] : [`stopped by ${cancelledBy}`]),
      ...carriage(steps),
      ...(priority === undefined ? [] : [`priority ${priority}`]),
      ...(from === undefined || to !== undefined ? [] : [`after a message of ${who(from)}`]),
      // A text that follows no message names its code itself.
      ...(by === undefined
        ? []
        : [codeWords(this.explanation.codes.get(decided.id), happenedAt(decided), this.clock)]),
      ...(app === undefined ? ['sent by the API'] : []),
    ];
    return [
      ...before,
      ...traceRows(trace, this.terminal.hasUtf8),
      {
        time: this.clock.time(happenedAt(decided)),
        lead: this.#out,
        text: to === undefined ? shown(text) : `to ${who(to)}: ${shown(text)}`,
        remark: remarks.join(', '),
        ...(cancelledBy === undefined ? {} : { style: 'attention' }),
      },
    ];
  }

  /** With what the event changed in what is known, if that is asked for. */
  #rows(event: RecordedEvent | undefined, rows: readonly Row[]): readonly string[] {
    const changes = event === undefined ? [] : (this.explanation.changes?.get(event.id) ?? []);
    return [...rows, ...changes.flatMap(changeRows)].flatMap((row) => linesOf(row, this.terminal));
  }

  /** A terminal gets what tells two apart, a pipe what a program needs. */
  #id(id: string): string {
    if (this.terminal.width === undefined) return id;
    return `${id.slice(0, 8)}${this.terminal.hasUtf8 ? '…' : '...'}${id.slice(-4)}`;
  }
}

/** Why it does not leave. */
const waitRows = (wait: Wait | undefined): readonly Row[] =>
  wait === undefined
    ? []
    : [
        {
          text: visible(`waits: ${wait.by} has paused ${wait.backend} since ${wait.since}: ${wait.why}`),
          style: 'attention',
        },
      ];

const who = ({ backend, identity }: { readonly backend: string; readonly identity: string }): string =>
  `${visible(backend)} ${visible(identity)}`;

const codings = { gsm: 'GSM', '8bit': '8 bit', ucs2: 'UCS-2' } as const;

/** How the text was handed over: `GSM, 1 part`. */
const carriage = (steps: readonly RecordedEvent[]): readonly string[] => {
  const dispatched = steps.find(({ type }) => type === 'MessageDispatched');
  const { coding, parts } = (dispatched?.data ?? {}) as Partial<MessageDispatched['data']>;
  return [
    ...(coding === undefined ? [] : [codings[coding] ?? coding]),
    ...(parts === undefined ? [] : [`${parts} ${parts === 1 ? 'part' : 'parts'}`]),
  ];
};

const changeRows = ({ path, before, after }: Change): readonly Row[] => {
  const name = visible(path.replace(/^apps\.([^.]+)\.state/, '$1'));
  const line = (sign: string, value: unknown): Row[] =>
    value === undefined ? [] : [{ lead: `${sign} `, text: `${name}: ${visible(JSON.stringify(value))}` }];
  return [...line('-', before), ...line('+', after)];
};

const textOf = (received: RecordedEvent | undefined): string =>
  (received?.data as Partial<MessageReceived['data']> | undefined)?.text ?? '';
