// Requests that could not be understood and wait for a person, by the id of their event. The result is there only while they wait:
//
// { id, backend, at, reason, cause, method, url, contentType, revision }

/** The version of the events' shapes that is understood here. What is newer is passed over. */
const schema = 1;

const told = (fold) => (state, event) => {
  if (event.metadata && event.metadata.schema > schema) return state;
  return fold(state, event.data, event) || state;
};

const backendOf = (stream) => {
  try {
    return decodeURIComponent(stream.slice('inbound-'.length));
  } catch {
    return stream;
  }
};

/** So much is shown of what may be long: no half of a character. */
const beginning = (text, count) => {
  const last = text.charCodeAt(count - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? count - 1 : count);
};

/** What differs from request to request is left out, so that the same mistakes bear the same words. */
const causeOf = (reason) => beginning(reason.replace(/“[^”]*”/g, '“…”').replace(/\d+/g, '0'), 120);

const settled = told((state) => {
  state.settled = true;
});

fromCategory('inbound')
  .partitionBy((event) => {
    if (event.eventType === 'InboundRejected') return event.eventId;
    return event.data && typeof event.data.rejection === 'string' ? event.data.rejection : null;
  })
  .when({
    $init: () => ({}),
    InboundRejected: told((state, data, event) => {
      if (typeof data.reason !== 'string' || !data.request || typeof data.request.url !== 'string') return;
      state.refusal = {
        id: event.eventId,
        backend: backendOf(event.streamId),
        at: data.rejectedAt,
        reason: data.reason,
        cause: causeOf(data.reason),
        method: data.request.method,
        url: beginning(data.request.url, 2000),
        contentType: data.request.contentType || '',
        revision: event.sequenceNumber,
      };
    }),
    InboundRequeued: settled,
    InboundDiscarded: settled,
  })
  .transformBy((state) => (state.refusal && !state.settled ? state.refusal : null))
  .filterBy((refusal) => refusal !== null);
