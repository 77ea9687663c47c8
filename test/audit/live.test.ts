import test from 'ava';
import type { AuditEvent } from '../../src/audit/events.js';
import { matching } from '../../src/audit/live/matching.js';
import { findPlace } from '../../src/audit/live/place.js';
import { liveQuestion } from '../../src/audit/live/question.js';
import { conversationStream } from '../../src/domain/connection.js';
import type { RecordedEvent } from '../../src/domain/event.js';
import { openMemoryStore } from '../../src/store/memory/open.js';
import type { EventStore } from '../../src/store/port.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { frames } from '../../src/web/api/liveStream.js';
import { folderOf } from '../projections/support/world.js';
import { declareLive } from './live.js';

declareLive('memory', test, () => openMemoryStore());
declareLive('sqlite', test, async (t) => {
  const store = await openSqliteStore({ path: `${folderOf(t)}/events.sqlite` });
  t.teardown(() => store.close());
  return store;
});

const stored = (type: string, data: object, identity = '+256 772 000 375'): RecordedEvent => ({
  id: 'x',
  type,
  data: { messageId: 'm', ...data },
  stream: conversationStream({ backend: 'kannel', identity }),
  revision: 0n,
  position: '7',
  recordedAt: '2026-01-02T03:04:05.000Z',
  metadata: { $correlationId: 'c', schema: 1 },
});

const received = stored('MessageReceived', { text: 'Rapport: fièvre à Gulu' });
const routed = stored('MessageRouted', { outcome: 'handled', app: 'reports' });
const fact = stored('reports.CasesReported', {});
const sent = stored('MessageSent', { text: 'ok', app: 'reports' });
const delivered = stored('DeliveryReported', { status: 'delivered', code: '1' });
const requeued = stored('MessageRequeued', { direction: 'inbound' });
const foreign = { ...received, stream: 'somewhere' };

for (const [asked, wanted, unwanted] of [
  [{ identity: ['0772000375'] }, [received, sent], [foreign, stored('MessageReceived', {}, '772000376')]],
  [
    { identity: ['772 000375'] },
    [received, sent, stored('MessageReceived', {}, '0772000375')],
    [stored('MessageReceived', {}, '772000376')],
  ],
  [{ identity: ['+772 000375'] }, [], [received]],
  [{ identity: ['grace'] }, [stored('MessageReceived', {}, 'grace')], [received]],
  [{ app: ['reports'] }, [routed, fact, sent], [received, delivered]],
  [{ direction: ['in'] }, [received, routed, requeued], [sent, delivered, fact]],
  [{ direction: ['out'] }, [sent, delivered], [received, requeued]],
  [{ outcome: ['handled', 'unhandled'] }, [routed], [received]],
  [{ status: ['delivered'] }, [delivered], [sent]],
  [{ status: ['waiting'] }, [received, requeued], [routed]],
  [{ code: ['1'] }, [delivered], [sent]],
  [{ words: ['FIEVRE gulu'] }, [received], [sent, routed]],
  [{ stream: ['somewhere'] }, [foreign], [received]],
  [{ backend: ['other,kannel'] }, [received, fact], [foreign]],
] as const) {
  test(`of ${JSON.stringify(asked)} those are told that are meant`, (t) => {
    const isWanted = matching(liveQuestion(asked, { now: 0, zone: 'UTC', called: (part) => part }));
    t.deepEqual(
      wanted.map(isWanted),
      wanted.map(() => true),
    );
    t.deepEqual(
      unwanted.map(isWanted),
      unwanted.map(() => false),
    );
  });
}

test('a silent stream tells now and then that it is alive, and loses nothing by it', async (t) => {
  let tell: (event: RecordedEvent) => void = () => undefined;
  async function* events() {
    yield await new Promise<AuditEvent>((resolve) => {
      tell = (event) => resolve({ ...event, revision: `${event.revision}` });
    });
  }
  const lines = frames(events(), 5);
  const next = async () => (await lines.next()).value;
  t.is(await next(), ': listening\n\n');
  t.is(await next(), ': alive\n\n');
  t.is(await next(), ': alive\n\n');
  tell(received);
  let line = await next();
  while (line === ': alive\n\n') line = await next();
  t.regex(line ?? '', /^id: 7@x\ndata: \{"id":"x".*"revision":"0".*\}\n\n$/);
  t.is(await next(), undefined);
});

test('after an event that was cut away it goes on, and says so', async (t) => {
  const store = {
    isPosition: () => true,
    readAll: async function* () {
      yield { position: '9', id: 'b' };
    },
  } as unknown as EventStore;
  t.deepEqual(await findPlace(store, '9@b'), { after: '9' });
  t.deepEqual(await findPlace(store, '9'), { after: '9' });
  t.deepEqual(await findPlace(store, '7@a'), {
    after: '7',
    notice: 'The event at 7@a is in this store no more.',
  });
});
