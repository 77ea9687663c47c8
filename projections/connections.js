// One state a conversation: who it is, when they were first and last heard of, how much came and went, and what became of
// the last text to them.
//
// { backend, identity, firstSeenAt, lastSeenAt, received, duplicates, sent, delivery: { messageId, status, at } }

/** The version of the events' shapes that is understood here. What is newer is passed over. */
const schema = 1;

const told = (fold) => (state, event) => {
  if (event.metadata && event.metadata.schema > schema) return state;
  // Someone else's, under a name of ours.
  if (!event.data || typeof event.data.messageId !== 'string') return state;
  if (state.backend === undefined) Object.assign(state, connectionOf(event.streamId));
  fold(state, event.data);
  return state;
};

const connectionOf = (stream) => {
  const parts = /^conversation-([^:]*):([^:]*)$/.exec(stream);
  try {
    return { backend: decodeURIComponent(parts[1]), identity: decodeURIComponent(parts[2]) };
  } catch {
    return { backend: '', identity: stream };
  }
};

/** Clocks differ, and may be set back: what was seen later stays. */
const seen = (state, at) => {
  if (!at) return;
  if (!state.firstSeenAt || at < state.firstSeenAt) state.firstSeenAt = at;
  if (!state.lastSeenAt || at > state.lastSeenAt) state.lastSeenAt = at;
};

/** What may follow on what. A report is stronger than our own record of an attempt, and a final one is the end. */
const open = ['sent', 'retrying'];
const undecided = ['sent', 'retrying', 'unclear', 'abandoned'];
const final = ['delivered', 'failed', 'rejected'];

/** Only of the last text: what becomes of earlier ones is in `messages`. */
const became = (state, messageId, status, at, after) => {
  const delivery = state.delivery;
  if (!delivery || delivery.messageId !== messageId || after.indexOf(delivery.status) === -1) return;
  delivery.status = status;
  if (at) delivery.at = at;
};

const reported = (state, data) => {
  const delivery = state.delivery;
  if (!delivery || final.indexOf(delivery.status) !== -1) return;
  became(state, data.messageId, data.status, data.reportedAt, [delivery.status]);
};

fromCategory('conversation')
  .foreachStream()
  .when({
    $init: () => ({ received: 0, duplicates: 0, sent: 0 }),
    MessageReceived: told((state, data) => {
      state.received += 1;
      seen(state, data.receivedAt);
    }),
    MessageRouted: told((state, data) => {
      if (data.outcome === 'duplicate') state.duplicates += 1;
    }),
    MessageSent: told((state, data) => {
      state.sent += 1;
      seen(state, data.sentAt);
      state.delivery = { messageId: data.messageId, status: 'sent', at: data.sentAt };
    }),
    MessageDispatched: told((state, data) => {
      became(state, data.messageId, 'dispatched', data.dispatchedAt, undecided.concat('discarded'));
    }),
    DispatchFailed: told((state, data) => {
      became(state, data.messageId, data.retryAt ? 'retrying' : 'sent', data.failedAt, open);
    }),
    DispatchUnclear: told((state, data) => {
      const status = data.policy === 'resend' ? 'retrying' : 'unclear';
      became(state, data.messageId, status, data.failedAt, open);
    }),
    MessageAbandoned: told((state, data) => {
      became(state, data.messageId, 'abandoned', data.abandonedAt, open.concat('unclear'));
    }),
    MessageRequeued: told((state, data) => {
      if (data.direction !== 'inbound') became(state, data.messageId, 'sent', data.requeuedAt, undecided);
    }),
    MessageDiscarded: told((state, data) => {
      if (data.direction !== 'inbound')
        became(state, data.messageId, 'discarded', data.discardedAt, undecided);
    }),
    DeliveryReported: told(reported),
  });
