import type { JSX } from 'preact';
import type { BackendStatus } from '../../../outbound/backendStatus.js';
import { nobodyDelivers, storeAway } from '../../../outbound/reasons.js';
import { useAsk } from '../asking.js';
import { Note } from '../parts.js';

/** Why it is as it is, what happens next, and who acts: nobody, the gateway, or you. */
export const Why = ({ backend }: { readonly backend: BackendStatus }): JSX.Element => {
  const { state, by, reason = '' } = backend;
  switch (state) {
    case 'held':
      return (
        <Note tone="bad">
          <b>The gateway refuses us:</b> <code>{reason}</code> Mend the user, the password or the address of
          this backend, here or at the gateway; what is changed in the configuration takes a restart. Nothing
          is lost: texts wait and leave in order. <Next backend={backend} />
        </Note>
      );
    case 'stopped':
      return <Stopped reason={reason} />;
    case 'paused':
      if (by !== undefined) return <ByPerson by={by} why={reason} />;
      return reason === storeAway ? <StoreAway /> : <GatewayAway backend={backend} />;
    case 'catching-up':
      return (
        <p class="soft">
          It reads what was stored before it began, and hands over what is left to do of that.
        </p>
      );
    case 'running':
      return <Runs backend={backend} />;
  }
};

const Stopped = ({ reason }: { readonly reason: string }): JSX.Element =>
  reason === nobodyDelivers ? (
    <Note tone="bad">
      <b>No process delivers for it.</b> Its texts wait, and none is lost. Start one with this configuration:{' '}
      <code>npm start</code> or <code>threadless worker --outbound</code>.
    </Note>
  ) : (
    <Note tone="bad">
      <b>Its lane does not run:</b> <code>{reason}</code> It is started again by itself. If it stays so, look
      into the log of the router.
    </Note>
  );

const ByPerson = ({ by, why }: { readonly by: string; readonly why: string }): JSX.Element => (
  <p>
    <b>
      Paused by <bdi>{by}</bdi>.
    </b>{' '}
    {why === '' ? undefined : (
      <q class="said" dir="auto">
        {why}
      </q>
    )}
  </p>
);

const StoreAway = (): JSX.Element => (
  <Note tone="bad">
    <b>The events cannot be written:</b> no text is handed over until they can be. It is tried again by
    itself; the log of the router says what hinders it.
  </Note>
);

const GatewayAway = ({ backend }: { readonly backend: BackendStatus }): JSX.Element => (
  <Note>
    <b>The gateway cannot be reached:</b> <code>{backend.reason}</code> No attempt is counted, and nothing is
    lost. <Next backend={backend} />
  </Note>
);

const Next = ({ backend: { retryAt } }: { readonly backend: BackendStatus }): JSX.Element => {
  const { formats, now } = useAsk();
  const inMs = retryAt === undefined ? 0 : Date.parse(retryAt) - now;
  return (
    <>
      {inMs > 0
        ? `Tried again by itself, the next time in ${formats.duration(inMs)}.`
        : 'Tried again by itself, with the next text.'}
    </>
  );
};

const Runs = ({ backend: { work, configuration } }: { readonly backend: BackendStatus }): JSX.Element => {
  const { waiting, inFlight } = work ?? { waiting: 0, inFlight: 0 };
  const { formats } = useAsk();
  const { ratePerSecond } = configuration as { readonly ratePerSecond?: number };
  const waits =
    waiting === 0
      ? 'Nothing waits.'
      : `${formats.number(waiting)} ${waiting === 1 ? 'text waits for its' : 'texts wait for their'} turn.`;
  // What leaves between a page and its listening is not heard of: it is looked at again until nothing is on its way.
  return (
    <p class="soft" data-behind={waiting + inFlight === 0 ? undefined : ''}>
      {waits}
      {ratePerSecond === undefined ? '' : ` Limit: ${formats.number(ratePerSecond)} a second.`}
    </p>
  );
};
