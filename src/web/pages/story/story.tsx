import type { ComponentChildren, JSX } from 'preact';
import type { RecordedEvent } from '../../../domain/event.js';
import type {
  MessageCancelled,
  MessageReceived,
  MessageRouted,
  MessageSent,
  RoutingFailed,
} from '../../../domain/events.js';
import { isNewer, isUnderstood } from '../../../domain/understood.js';
import type { Explanation } from '../../../explain/explanation.js';
import type { InboundStory, Step, TextStory } from '../../../explain/story.js';
import { happenedAt } from '../../../explain/time.js';
import { useAsk } from '../asking.js';
import { Mark } from '../marks.js';
import { Identity, Said, Time } from '../parts.js';
import { Calls } from './calls.js';
import { ChangeList } from './changes.js';
import { CodeWords } from './code.js';
import { stepWords } from './steps.js';

interface Props<Told> {
  readonly chain: Told;
  readonly explanation: Explanation;
}

/** What happened to a message, and why, in the order of causes; times relative to the first. */
export const Story = ({ chain, explanation }: Props<InboundStory | TextStory>): JSX.Element => {
  const first =
    chain.way === 'in' ? (chain.received ?? chain.steps[0]?.event) : (chain.decided ?? chain.steps[0]);
  const from = first === undefined ? '' : happenedAt(first);
  return (
    <ol class="story">
      {chain.way === 'in' ? (
        <>
          <Received event={chain.received} from={from} />
          {chain.steps.map((step) => (
            <StepEntries key={step.event.id} step={step} explanation={explanation} from={from} />
          ))}
        </>
      ) : (
        <TextEntries text={chain} explanation={explanation} from={from} />
      )}
    </ol>
  );
};

/** One line of the story. @param from - when the story begins */
const Entry = ({
  event,
  from,
  title,
  children,
}: {
  readonly event: RecordedEvent;
  readonly from: string;
  readonly title: ComponentChildren;
  readonly children?: ComponentChildren;
}): JSX.Element => (
  <li>
    <When at={happenedAt(event)} from={from} />
    <div>
      <h3>{title}</h3>
      {children}
    </div>
  </li>
);

const When = ({ at, from }: { readonly at: string; readonly from: string }): JSX.Element => {
  const { formats } = useAsk();
  const ms = Date.parse(at) - Date.parse(from);
  // A clock may have gone back meanwhile.
  if (at === from || !(ms >= 0)) return <Time at={at} as="exactTime" />;
  return <span title={formats.exact(at)}>+ {formats.duration(ms)}</span>;
};

const Received = ({ event, from }: { readonly event: RecordedEvent | undefined; readonly from: string }) => {
  if (event === undefined)
    return (
      <li>
        <span />
        <div>
          <h3>The message itself was cut away</h3>
        </div>
      </li>
    );
  const { text, gateway } = event.data as Partial<MessageReceived['data']>;
  const told = Object.entries(gateway ?? {}).filter(([, value]) => typeof value === 'string' && value !== '');
  return (
    <Entry event={event} from={from} title="Received">
      <Said text={text ?? ''} />
      {told.length === 0 ? undefined : (
        <p class="xs soft">
          The gateway told:{' '}
          {told.map(([name, value], index) => (
            <>
              {index === 0 ? '' : ', '}
              {name} <code>{String(value)}</code>
            </>
          ))}
        </p>
      )}
    </Entry>
  );
};

const StepEntries = ({
  step: { event, facts, texts },
  explanation,
  from,
}: {
  readonly step: Step;
  readonly explanation: Explanation;
  readonly from: string;
}): JSX.Element => {
  const isDecision =
    (event.type === 'MessageRouted' || event.type === 'RoutingFailed') && isUnderstood(event);
  return (
    <>
      {isDecision ? (
        <Decision event={event} explanation={explanation} from={from} />
      ) : (
        <StepEntry event={event} explanation={explanation} from={from} />
      )}
      {facts.map((fact) => (
        <Entry key={fact.id} event={fact} from={from} title="Remembered">
          <p>
            <code>{fact.type}</code> <code>{JSON.stringify(fact.data)}</code>
          </p>
          <ChangeList changes={explanation.changes?.get(fact.id)} />
        </Entry>
      ))}
      {texts.map((text) => (
        <TextEntries key={text.messageId} text={text} explanation={explanation} from={from} />
      ))}
    </>
  );
};

const Decision = ({
  event,
  explanation,
  from,
}: {
  readonly event: RecordedEvent;
  readonly explanation: Explanation;
  readonly from: string;
}): JSX.Element => {
  const {
    outcome,
    app,
    trace = [],
    error,
    phase,
  } = event.data as Partial<MessageRouted['data'] & RoutingFailed['data']>;
  const title =
    error === undefined ? (
      <>
        Decided: <Mark direction="in" status={outcome ?? ''} />
        {app === undefined ? '' : ` by ${app}`}
      </>
    ) : (
      <span class="bad">
        Failed in {phase} of {app}
      </span>
    );
  return (
    <Entry event={event} from={from} title={title}>
      {error === undefined ? undefined : (
        <p>
          <code>{error}</code>
        </p>
      )}
      <Calls trace={trace.filter((call) => call.phase !== 'outgoing')} />
      <CodeWords code={explanation.codes.get(event.id)} />
      <ChangeList changes={explanation.changes?.get(event.id)} />
    </Entry>
  );
};

const TextEntries = ({
  text: { to, decided, steps },
  explanation,
  from,
}: {
  readonly text: TextStory;
  readonly explanation: Explanation;
  readonly from: string;
}): JSX.Element => (
  <>
    {decided === undefined ? undefined : (
      <Decided event={decided} to={to} explanation={explanation} from={from} />
    )}
    {steps.map((step) => (
      <StepEntry key={step.id} event={step} explanation={explanation} from={from} />
    ))}
  </>
);

const Decided = ({
  event,
  to,
  explanation,
  from,
}: {
  readonly event: RecordedEvent;
  readonly to: TextStory['to'];
  readonly explanation: Explanation;
  readonly from: string;
}): JSX.Element => {
  const { text, decidedText, trace = [], app } = event.data as Partial<MessageSent['data']>;
  const { cancelledBy } = event.data as Partial<MessageCancelled['data']>;
  const who =
    to === undefined ? undefined : (
      <>
        {' '}
        for {to.backend} <Identity of={to.identity} />
      </>
    );
  return (
    <Entry
      event={event}
      from={from}
      title={
        cancelledBy === undefined ? (
          <>
            {app === undefined ? 'Text asked for' : 'Answer decided'}
            {who}
          </>
        ) : (
          <span class="bad">
            Stopped by {cancelledBy}
            {who}
          </span>
        )
      }
    >
      {decidedText === undefined ? undefined : (
        <p class="xs">
          Before <code>outgoing</code>: <del>{decidedText}</del>
        </p>
      )}
      <Said text={text ?? ''} />
      <Calls trace={trace} />
      <ChangeList changes={explanation.changes?.get(event.id)} />
    </Entry>
  );
};

const StepEntry = ({
  event,
  explanation,
  from,
}: {
  readonly event: RecordedEvent;
  readonly explanation: Explanation;
  readonly from: string;
}): JSX.Element => {
  const { formats } = useAsk();
  const words = isUnderstood(event) ? stepWords(event, formats) : undefined;
  if (words === undefined)
    return (
      <li>
        <When at={happenedAt(event)} from={from} />
        <div>
          <OtherEntry event={event} />
        </div>
      </li>
    );
  const { title, tone, said, remark } = words;
  return (
    <Entry event={event} from={from} title={tone === undefined ? title : <span class={tone}>{title}</span>}>
      {said === undefined || said === '' ? undefined : (
        <p>
          <code>{said}</code>
        </p>
      )}
      {remark === undefined ? undefined : <p class="xs soft">{remark}</p>}
      <ChangeList changes={explanation.changes?.get(event.id)} />
    </Entry>
  );
};

/** An event as it is: of no type that is known here, or in words of its own. */
export const OtherEntry = ({ event }: { readonly event: RecordedEvent }): JSX.Element => (
  <>
    <h3>
      <code>{event.type}</code>
    </h3>
    <p class="xs soft">
      {isNewer(event)
        ? `Of a newer version of the router (schema ${event.metadata.schema}), shown as it is.`
        : 'Another program’s, shown as it is.'}
    </p>
    <pre>{JSON.stringify(event.data, undefined, 2)}</pre>
  </>
);
