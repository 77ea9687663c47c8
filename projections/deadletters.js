// What waits for a person, by the id of the message. Whether it does takes its whole story, so every message has a state;
// the result is there only while it waits:
//
// { messageId, direction, backend, identity, text, at, event, reason, cause }

/** The version of the events' shapes that is understood here. What is newer is passed over. */
const schema = 1;

const told = (fold) => (state, event) => {
  if (event.metadata && event.metadata.schema > schema) return state;
  return fold(state, event.data, event) || state;
};

const connectionOf = (stream) => {
  const parts = /^conversation-([^:]*):([^:]*)$/.exec(stream);
  try {
    return { backend: decodeURIComponent(parts[1]), identity: decodeURIComponent(parts[2]) };
  } catch {
    return { backend: '', identity: stream };
  }
};

const fresh = () => ({ handover: 'sent', attempts: 0 });
/** A message begins: nothing is told about it before. */
const begin = (_state, data) => Object.assign(fresh(), { text: data.text });

/** No half of a character. */
const beginning = (text, count) => {
  const last = text.charCodeAt(count - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? count - 1 : count);
};

/** What differs from message to message is left out, so that the same errors bear the same words. */
const causeOf = (reason) =>
  beginning(reason.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '…').replace(/\d+/g, '0'), 200);

/** The event that makes it a dead letter, unless something settles it. */
const fatal = (state, event, at, reason) => {
  const { messageId } = event.data;
  const direction = event.eventType === 'RoutingFailed' ? 'inbound' : 'outbound';
  const about = { messageId, direction, at, event: event.eventType, reason, cause: causeOf(reason) };
  state.letter = Object.assign(about, connectionOf(event.streamId));
};

// How far the hand-over has got, as the router itself folds it.

const endings = ['dispatched', 'cancelled', 'unclear', 'abandoned', 'discarded'];
const isEnded = (state) => endings.indexOf(state.handover) !== -1;
const ended = (state, handover) => {
  if (!isEnded(state) || state.handover === 'unclear') state.handover = handover;
};
const attempted = (state, data, handover) => {
  if (isEnded(state) || data.attempt < state.attempts) return;
  counted(state, data.attempt);
  state.handover = handover;
};
const counted = (state, attempt) => {
  if (Number.isFinite(attempt)) state.attempts = Math.max(state.attempts, attempt);
};

const waits = (state) => {
  if (!state.letter) return false;
  if (state.letter.direction === 'inbound') return state.failedLast === true;
  return (state.handover === 'unclear' || state.handover === 'abandoned') && !state.reported;
};

const reasonOf = (data) => [data.code, data.detail].filter(Boolean).join(': ');

fromCategory('conversation')
  .partitionBy((event) =>
    event.data && typeof event.data.messageId === 'string' ? event.data.messageId : null,
  )
  .when({
    $init: fresh,
    MessageReceived: told(begin),
    MessageSent: told(begin),
    MessageRouted: told((state) => {
      state.failedLast = false;
    }),
    RoutingFailed: told((state, data, event) => {
      state.failedLast = true;
      fatal(state, event, data.failedAt, `${data.app}.${data.phase}: ${data.error}`);
    }),
    MessageCancelled: told((state) => {
      ended(state, 'cancelled');
    }),
    MessageDispatched: told((state, data) => {
      counted(state, data.attempt);
      state.handover = 'dispatched';
    }),
    DispatchFailed: told((state, data) => {
      attempted(state, data, data.retryAt === undefined ? 'sent' : 'retrying');
    }),
    DispatchUnclear: told((state, data, event) => {
      attempted(state, data, data.policy === 'resend' ? 'retrying' : 'unclear');
      if (data.policy === 'hold')
        fatal(state, event, data.failedAt, reasonOf({ code: 'unclear', detail: data.detail }));
    }),
    MessageAbandoned: told((state, data, event) => {
      ended(state, 'abandoned');
      fatal(state, event, data.abandonedAt, reasonOf(data));
    }),
    DeliveryReported: told((state) => {
      state.reported = true;
    }),
    MessageRequeued: told((state, data) => {
      state.failedLast = false;
      if (data.direction === 'inbound') return;
      if (['dispatched', 'cancelled', 'discarded'].indexOf(state.handover) !== -1) return;
      state.handover = 'sent';
      state.attempts = 0;
    }),
    MessageDiscarded: told((state, data) => {
      state.failedLast = false;
      if (data.direction !== 'inbound' && state.handover !== 'dispatched') state.handover = 'discarded';
    }),
  })
  .transformBy((state) => (waits(state) ? Object.assign({}, state.letter, { text: state.text }) : null))
  .filterBy((letter) => letter !== null);
