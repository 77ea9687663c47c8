import type { JSX } from 'preact';
import type { RecordedEvent } from '../../../domain/event.js';
import type { MessageReceived, MessageRouted, MessageSent } from '../../../domain/events.js';
import type { Explanation } from '../../../explain/explanation.js';
import { type Chain, type InboundStory, type TextStory, textsOf } from '../../../explain/story.js';
import { happenedAt } from '../../../explain/time.js';
import type { Wait } from '../../../explain/waits.js';
import { useAsk } from '../asking.js';
import { Bubble } from '../bubble.js';
import { Identity } from '../parts.js';
import { inboundStatus, textStatus } from './status.js';
import { OtherEntry, Story } from './story.js';

/** A conversation as bubbles, in the order of causes: each message, the texts that it led to, and why. */
export const Talk = ({ explanation }: { readonly explanation: Explanation }): JSX.Element => {
  const { formats } = useAsk();
  let day: string | undefined;
  return (
    <ol class="talk">
      {explanation.chains.map((chain) => {
        const at = startOf(chain);
        const isNew = at !== undefined && formats.day(at) !== day;
        if (isNew) day = formats.day(at);
        return (
          <>
            {isNew ? <li class="day">{day}</li> : undefined}
            <ChainBubbles key={keyOf(chain)} chain={chain} explanation={explanation} />
          </>
        );
      })}
    </ol>
  );
};

const keyOf = (chain: Chain): string => (chain.way === 'none' ? chain.event.id : chain.messageId);

const startOf = (chain: Chain): string | undefined => {
  const first =
    chain.way === 'none'
      ? chain.event
      : chain.way === 'in'
        ? (chain.received ?? chain.steps[0]?.event)
        : (chain.decided ?? chain.steps[0]);
  return first === undefined ? undefined : happenedAt(first);
};

interface ChainProps<Told extends Chain> {
  readonly chain: Told;
  readonly explanation: Explanation;
}

const ChainBubbles = ({ chain, explanation }: ChainProps<Chain>): JSX.Element => {
  switch (chain.way) {
    case 'in':
      return <InboundBubbles chain={chain} explanation={explanation} />;
    case 'out':
      return (
        <TextBubble
          text={chain}
          explanation={explanation}
          why={<Why chain={chain} explanation={explanation} />}
        />
      );
    case 'none':
      return (
        <li class="other">
          <OtherEntry event={chain.event} />
        </li>
      );
  }
};

/** The reason stands with the last of the answers; with the message itself, where there is none. */
const InboundBubbles = ({ chain, explanation }: ChainProps<InboundStory>): JSX.Element => {
  const texts = textsOf(chain);
  const why = <Why chain={chain} explanation={explanation} />;
  return (
    <>
      <Bubble
        id={chain.messageId}
        direction="in"
        text={textIn(chain)}
        at={startOf(chain)}
        app={appOf(chain)}
        status={inboundStatus(chain)}
      >
        {texts.length === 0 ? why : undefined}
      </Bubble>
      {texts.map((text, index) => (
        <TextBubble
          key={text.messageId}
          text={text}
          explanation={explanation}
          why={index === texts.length - 1 ? why : undefined}
        />
      ))}
    </>
  );
};

/** Undefined: it was cut away. */
const textIn = ({ received }: InboundStory): string | undefined =>
  (received?.data as Partial<MessageReceived['data']> | undefined)?.text;

const appOf = ({ steps }: InboundStory): string | undefined =>
  (
    steps.findLast(({ event }) => event.type === 'MessageRouted')?.event.data as
      | Partial<MessageRouted['data']>
      | undefined
  )?.app;

const TextBubble = ({
  text,
  explanation,
  why,
}: {
  readonly text: TextStory;
  readonly explanation: Explanation;
  readonly why: JSX.Element | undefined;
}): JSX.Element => {
  const { decided, to, steps, messageId } = text;
  const data = decided?.data as Partial<MessageSent['data']> | undefined;
  return (
    <Bubble
      id={messageId}
      direction="out"
      text={data?.text}
      at={atOf(decided ?? steps[0])}
      app={data === undefined ? undefined : (data.app ?? `sent by ${data.askedBy ?? 'a program'}`)}
      status={textStatus(text)}
      to={
        to === undefined ? undefined : (
          <>
            to {to.backend} <Identity of={to.identity} />
          </>
        )
      }
    >
      <Waits wait={explanation.waits?.get(messageId)} />
      {why}
    </Bubble>
  );
};

const Waits = ({ wait }: { readonly wait: Wait | undefined }): JSX.Element | null =>
  wait === undefined ? null : (
    <p class="xs">
      Waits: <bdi>{wait.by}</bdi> has paused <a href="/backends/">{wait.backend}</a>,{' '}
      <q class="said" dir="auto">
        {wait.why}
      </q>
    </p>
  );

const atOf = (event: RecordedEvent | undefined): string | undefined =>
  event === undefined ? undefined : happenedAt(event);

const Why = ({ chain, explanation }: ChainProps<InboundStory | TextStory>): JSX.Element => (
  <details id={`why-${chain.messageId}`}>
    <summary>{chain.way === 'in' ? 'Why' : 'What became of it'}</summary>
    <Story chain={chain} explanation={explanation} />
  </details>
);
