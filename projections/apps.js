// One state a day (in UTC) and backend: what the apps did with its messages. Partitions are `<day> <backend>`, so that they sort by time. By
// the hour they would take as much room as the messages.
//
// { day, backend, messages, apps: [{ app, decided, failed, phases: [{ phase, calls, threw, timeout, microseconds, longest, buckets }] }] }
//
// decided: messages whose outcome is by this app; failed: those that went to the dead letters at it. Of its calls, by phase: how many threw and
// took too long, how long all of them took, the longest, and in buckets how many took at most so many microseconds and more than the
// bucket below. An app is there once it was called.

/** The version of the events' shapes that is understood here. What is newer is passed over. */
const schema = 1;

/** When it was decided. */
const timeOf = { MessageRouted: 'routedAt', RoutingFailed: 'failedAt' };

const backendOf = (stream) => {
  try {
    return decodeURIComponent(/^conversation-([^:]*):/.exec(stream)[1]);
  } catch {
    return '';
  }
};

const placeOf = (event) => {
  if (event.metadata && event.metadata.schema > schema) return null;
  const at = event.data && event.data[timeOf[event.eventType]];
  return typeof at === 'string' ? { day: at.slice(0, 10), backend: backendOf(event.streamId) } : null;
};

/** In lists, since a name may be any text. */
const entryOf = (list, key, name, fresh) => {
  const known = list.find((entry) => entry[key] === name);
  if (known) return known;
  const entry = fresh();
  list.push(entry);
  return entry;
};
const appOf = (state, app) =>
  entryOf(state.apps, 'app', app, () => ({ app, decided: 0, failed: 0, phases: [] }));
const phaseOf = (app, phase) =>
  entryOf(app.phases, 'phase', phase, () => ({
    phase,
    calls: 0,
    threw: 0,
    timeout: 0,
    microseconds: 0,
    longest: 0,
    buckets: {},
  }));

/** Ten to a power of ten, written out: no logarithm comes to the same everywhere. */
const steps = [1, 1.3, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8];
const [least, most] = [10, 100000000];

/** The bucket of a duration: its upper bound, from 10 µs to 100 s. */
const bucketOf = (microseconds) => {
  let power = least;
  while (power < most && microseconds > 8 * power) power *= 10;
  const step = steps.find((each) => microseconds <= each * power);
  return String(Math.min(most, Math.round((step || 10) * power)));
};

const counted = (state, call) => {
  if (!call || typeof call.app !== 'string' || typeof call.phase !== 'string') return;
  const took = call.microseconds;
  if (!Number.isFinite(took) || took < 0) return;
  const phase = phaseOf(appOf(state, call.app), call.phase);
  phase.calls += 1;
  if (call.result === 'threw') phase.threw += 1;
  if (call.result === 'timeout') phase.timeout += 1;
  phase.microseconds += took;
  phase.longest = Math.max(phase.longest, took);
  const bucket = bucketOf(took);
  phase.buckets[bucket] = (phase.buckets[bucket] || 0) + 1;
};

const decided = (become) => (state, event) => {
  const place = placeOf(event);
  if (!place) return state;
  if (state.day === undefined) Object.assign(state, place);
  const { app, trace } = event.data;
  state.messages += 1;
  if (Array.isArray(trace))
    trace.forEach((call) => {
      counted(state, call);
    });
  if (typeof app === 'string') appOf(state, app)[become] += 1;
  return state;
};

fromCategory('conversation')
  .partitionBy((event) => {
    const place = placeOf(event);
    return place && `${place.day} ${place.backend}`;
  })
  .when({
    $init: () => ({ messages: 0, apps: [] }),
    MessageRouted: decided('decided'),
    RoutingFailed: decided('failed'),
  });
