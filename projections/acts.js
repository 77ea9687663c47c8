// Who did what, by the id of the event that tells it: what operators did to messages, who asked what, who was let in.
//
// { id, type, by, at, why, backend, identity, messageId, direction, rejection, about, question, rows, complete, name, role, scopes, from }

/** The version of the events' shapes that is understood here. What is newer is passed over. */
const schema = 1;

const decoded = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** What a stream is about: a conversation, a backend, a user, a token, a webhook. */
const aboutOf = (stream) => {
  const parts = /^conversation-([^:]*):([^:]*)$/.exec(stream);
  if (parts) return { backend: decoded(parts[1]), identity: decoded(parts[2]) };
  const [, category, name] = /^([a-z]+)-(.*)$/.exec(stream) || [];
  if (category === 'inbound' || category === 'backend') return { backend: decoded(name) };
  return ['user', 'token', 'webhook'].indexOf(category) !== -1 ? { name: decoded(name) } : {};
};

const kept = [
  'why',
  'messageId',
  'direction',
  'rejection',
  'about',
  'question',
  'role',
  'scopes',
  'from',
  'endsAt',
];

const act = (time, by) => (state, event) => {
  const data = event.data;
  if (event.metadata && event.metadata.schema > schema) return state;
  Object.assign(state, { id: event.eventId, type: event.eventType, at: data[time] }, aboutOf(event.streamId));
  state.by = String(data[by || 'by'] || state.name || '');
  kept.forEach((name) => {
    if (data[name] !== undefined) state[name] = data[name];
  });
  return state;
};

/** Of a call to a webhook also whose conversation it tells of. */
const sentAgain = (state, event) => {
  const requeued = act('requeuedAt')(state, event);
  if (requeued.type !== undefined) Object.assign(requeued, aboutOf(String(event.data.stream)));
  return requeued;
};

/** Of a question the answer. */
const answered = (state, event) => {
  const { rows, complete } = event.data;
  if (state.type !== undefined) Object.assign(state, { rows, complete });
  return state;
};

fromAll()
  .partitionBy((event) => {
    if (!event.data) return null;
    if (event.eventType === 'AuditAnswered')
      return typeof event.data.question === 'string' ? event.data.question : null;
    if (event.eventType === 'MessageSent' && typeof event.data.askedBy !== 'string') return null;
    return event.eventId;
  })
  .when({
    $init: () => ({}),
    MessageSent: act('sentAt', 'askedBy'),
    MessageRequeued: act('requeuedAt'),
    MessageDiscarded: act('discardedAt'),
    InboundRequeued: act('requeuedAt'),
    InboundDiscarded: act('discardedAt'),
    BackendPaused: act('pausedAt'),
    BackendResumed: act('resumedAt'),
    WebhookCallRequeued: sentAgain,
    AuditAsked: act('askedAt'),
    AuditAnswered: answered,
    UserAdded: act('addedAt'),
    UserRoleChanged: act('changedAt'),
    UserRemoved: act('removedAt'),
    PasswordLinkMade: act('madeAt'),
    PasswordChanged: act('changedAt'),
    SessionOpened: act('openedAt'),
    SessionClosed: act('closedAt'),
    SessionsClosed: act('closedAt'),
    TokenAdded: act('addedAt'),
    TokenRevoked: act('revokedAt'),
  });
