// One state an hour, backend and app: how much went through. What no app is known for (a text received, an attempt) counts
// for its backend alone. Partitions are `<hour> <backend> <app>`, so that they sort by time.
//
// { hour, backend, app, received, routed: { <outcome>: n }, routingFailed, sent, cancelled, dispatched, dispatchFailed,
//   dispatchUnclear, abandoned, reported: { <status>: n } }, each there once it was counted

/** The version of the events' shapes that is understood here. What is newer is passed over. */
const schema = 1;

/** The field that says when: each event counts for the hour in which it happened. */
const timeOf = {
  MessageReceived: 'receivedAt',
  MessageRouted: 'routedAt',
  RoutingFailed: 'failedAt',
  MessageSent: 'sentAt',
  MessageCancelled: 'cancelledAt',
  MessageDispatched: 'dispatchedAt',
  DispatchFailed: 'failedAt',
  DispatchUnclear: 'failedAt',
  MessageAbandoned: 'abandonedAt',
  DeliveryReported: 'reportedAt',
};

const backendOf = (stream) => {
  try {
    return decodeURIComponent(/^conversation-([^:]*):/.exec(stream)[1]);
  } catch {
    return '';
  }
};

const placeOf = (event) => {
  const at = event.data && event.data[timeOf[event.eventType]];
  if (typeof at !== 'string') return null;
  return { hour: at.slice(0, 13), backend: backendOf(event.streamId), app: event.data.app || '' };
};

const isNewer = (event) => event.metadata && event.metadata.schema > schema;

const count = (counts, name) => {
  counts[name] = (Object.keys(counts).indexOf(name) === -1 ? 0 : counts[name]) + 1;
};

const counted = (name, kindOf) => (state, event) => {
  if (isNewer(event)) return state;
  if (state.hour === undefined) Object.assign(state, placeOf(event));
  if (kindOf === undefined) count(state, name);
  else {
    if (state[name] === undefined) state[name] = {};
    count(state[name], String(kindOf(event.data)));
  }
  return state;
};

fromCategory('conversation')
  .partitionBy((event) => {
    const place = isNewer(event) ? null : placeOf(event);
    return place && `${place.hour} ${place.backend} ${place.app}`.trim();
  })
  .when({
    MessageReceived: counted('received'),
    MessageRouted: counted('routed', (data) => data.outcome),
    RoutingFailed: counted('routingFailed'),
    MessageSent: counted('sent'),
    MessageCancelled: counted('cancelled'),
    MessageDispatched: counted('dispatched'),
    DispatchFailed: counted('dispatchFailed'),
    DispatchUnclear: counted('dispatchUnclear'),
    MessageAbandoned: counted('abandoned'),
    DeliveryReported: counted('reported', (data) => data.status),
  });
