// One state a message, by its id: which way it went, its text, its app, and what became of it.
//
// Both ways: { messageId, direction, backend, identity, text, app, status, changedAt }
// in:  status waiting, failed, discarded, or the outcome of the routing: handled, answered, defaulted, filtered, unhandled,
//      duplicate; receivedAt, routedAt, outcome, duplicateOf, error
// out: status sent, retrying, dispatched, unclear, abandoned, cancelled, discarded, delivered, failed, rejected; sentAt,
//      inResponseTo, dispatchedAt, deliveredAt, attempts, retryAt, parts, gatewayId, code, detail; how far the hand-over has
//      got in `handover`, the last report in `delivery`
// correlation: what started it all, where that is not the message itself

/** The version of the events' shapes that is understood here. What is newer is passed over. */
const schema = 1;

const told = (direction, fold) => (state, event) => {
  const data = event.data;
  if (event.metadata && event.metadata.schema > schema) return state;
  const way = direction || (data.direction === 'inbound' ? 'in' : 'out');
  if (state.direction === undefined) begin(state, way, event);
  if (state.direction === way) fold(state, data);
  return state;
};

const begin = (state, direction, event) => {
  state.messageId = event.data.messageId;
  state.direction = direction;
  Object.assign(state, connectionOf(event.streamId));
  const correlation = event.metadata && event.metadata.$correlationId;
  if (correlation && correlation !== event.data.messageId) state.correlation = correlation;
  state.status = direction === 'in' ? 'waiting' : 'sent';
  if (direction === 'out') Object.assign(state, { handover: 'sent', attempts: 0 });
};

const connectionOf = (stream) => {
  const parts = /^conversation-([^:]*):([^:]*)$/.exec(stream);
  try {
    return { backend: decodeURIComponent(parts[1]), identity: decodeURIComponent(parts[2]) };
  } catch {
    return { backend: '', identity: stream };
  }
};

const keep = (state, data, names) => {
  names.forEach((name) => {
    if (data[name] !== undefined) state[name] = data[name];
  });
};
const forget = (state, names) => {
  names.forEach((name) => {
    delete state[name];
  });
};
/** Clocks differ, and may be set back. */
const changed = (state, at) => {
  if (at && (!state.changedAt || at > state.changedAt)) state.changedAt = at;
};

// In. Who has routed it has the last word: a failure of another process, told later, undoes nothing.

const isRouted = (state) => state.routedAt !== undefined;

const inbound = {
  MessageReceived: (state, data) => {
    keep(state, data, ['text', 'receivedAt']);
    changed(state, data.receivedAt);
  },
  MessageRouted: (state, data) => {
    if (isRouted(state)) return;
    keep(state, data, ['app', 'duplicateOf']);
    forget(state, ['error']);
    state.routedAt = data.routedAt || '';
    state.outcome = data.outcome;
    state.status = data.outcome;
    changed(state, data.routedAt);
  },
  RoutingFailed: (state, data) => {
    if (isRouted(state) || state.status === 'discarded') return;
    keep(state, data, ['app', 'error']);
    state.status = 'failed';
    changed(state, data.failedAt);
  },
};

// Out. An acceptance is stronger than giving up, a report stronger than our own record, and a final report is the end: as
// the router itself folds it.

const endings = ['dispatched', 'cancelled', 'unclear', 'abandoned', 'discarded'];
const finals = ['delivered', 'failed', 'rejected'];
const isEnded = (state) => endings.indexOf(state.handover) !== -1;

const handed = (state, handover, at) => {
  state.handover = handover;
  forget(state, ['retryAt']);
  changed(state, at);
  settle(state);
};
const settle = (state) => {
  if (finals.indexOf(state.delivery) !== -1) state.status = state.delivery;
  else state.status = state.delivery === undefined ? state.handover : 'dispatched';
};
const attempted = (state, data, handover) => {
  if (isEnded(state) || data.attempt < state.attempts) return;
  counted(state, data.attempt);
  keep(state, data, ['code', 'detail']);
  handed(state, handover, data.failedAt);
  keep(state, data, ['retryAt']);
};
const counted = (state, attempt) => {
  if (Number.isFinite(attempt)) state.attempts = Math.max(state.attempts, attempt);
};
const ended = (state, handover, at) => {
  if (!isEnded(state) || state.handover === 'unclear') handed(state, handover, at);
};

const outbound = {
  MessageSent: (state, data) => {
    keep(state, data, ['text', 'app', 'inResponseTo', 'sentAt']);
    changed(state, data.sentAt);
  },
  MessageCancelled: (state, data) => {
    keep(state, data, ['text', 'app', 'inResponseTo', 'cancelledBy']);
    ended(state, 'cancelled', data.cancelledAt);
  },
  MessageDispatched: (state, data) => {
    counted(state, data.attempt);
    keep(state, data, ['parts', 'gatewayId', 'dispatchedAt']);
    forget(state, ['code', 'detail']);
    handed(state, 'dispatched', data.dispatchedAt);
  },
  DispatchFailed: (state, data) => {
    attempted(state, data, data.retryAt === undefined ? 'sent' : 'retrying');
  },
  DispatchUnclear: (state, data) => {
    attempted(state, data, data.policy === 'resend' ? 'retrying' : 'unclear');
  },
  MessageAbandoned: (state, data) => {
    if (!isEnded(state) || state.handover === 'unclear') keep(state, data, ['code', 'detail']);
    ended(state, 'abandoned', data.abandonedAt);
  },
  DeliveryReported: (state, data) => {
    if (finals.indexOf(state.delivery) !== -1) return;
    state.delivery = data.status;
    if (data.status === 'delivered') state.deliveredAt = data.reportedAt;
    changed(state, data.reportedAt);
    settle(state);
  },
};

// A person decided, on either way.

const requeued = (state, data) => {
  if (state.direction === 'in') {
    if (state.status !== 'failed') return;
    state.status = 'waiting';
    forget(state, ['error']);
    changed(state, data.requeuedAt);
    return;
  }
  if (['dispatched', 'cancelled', 'discarded'].indexOf(state.handover) !== -1) return;
  state.attempts = 0;
  forget(state, ['code', 'detail']);
  handed(state, 'sent', data.requeuedAt);
};
const discarded = (state, data) => {
  if (state.direction === 'out') {
    if (state.handover !== 'dispatched') handed(state, 'discarded', data.discardedAt);
    return;
  }
  if (isRouted(state)) return;
  state.status = 'discarded';
  changed(state, data.discardedAt);
};

fromCategory('conversation')
  .partitionBy((event) =>
    event.data && typeof event.data.messageId === 'string' ? event.data.messageId : null,
  )
  .when({
    MessageReceived: told('in', inbound.MessageReceived),
    MessageRouted: told('in', inbound.MessageRouted),
    RoutingFailed: told('in', inbound.RoutingFailed),
    MessageSent: told('out', outbound.MessageSent),
    MessageCancelled: told('out', outbound.MessageCancelled),
    MessageDispatched: told('out', outbound.MessageDispatched),
    DispatchFailed: told('out', outbound.DispatchFailed),
    DispatchUnclear: told('out', outbound.DispatchUnclear),
    MessageAbandoned: told('out', outbound.MessageAbandoned),
    DeliveryReported: told('out', outbound.DeliveryReported),
    MessageRequeued: told(undefined, requeued),
    MessageDiscarded: told(undefined, discarded),
  });
