import { connectionOf, conversationCategory, conversationStream } from '../../domain/connection.js';
import { conversationNamed } from '../../main/adapters/conversations.js';
import type { Config } from '../../main/config/config.js';
import { storeFile } from '../../main/dataFolder.js';
import { type Found, findConversations, TimesSeen } from '../../replay/conversations.js';
import { openFile } from '../../replay/openFile.js';
import type { OpenStore } from '../../store/port.js';
import { NothingToReplay, NothingYet, type ReplayRequest, UnknownName } from './request.js';

/** A thread reads the embedded store by itself. */
export const fileOf = (config: Config): { readonly file?: string } =>
  config.eventStore.engine === 'sqlite' ? { file: storeFile(config) } : {};

/** All of the embedded store: it need not be looked through. */
const listAll = async (store: OpenStore, path: string, end: string): Promise<Found> => {
  const file = await openFile(path, end);
  try {
    const isOne = (stream: string) => connectionOf(stream) !== undefined;
    const streams = file.names(conversationCategory).filter(isOne);
    const times = new TimesSeen();
    for (const direction of ['forwards', 'backwards'] as const)
      for await (const event of store.readAll({
        filter: { types: ['MessageReceived'] },
        direction,
        maxCount: 1,
      }))
        times.see(event);
    return { streams, messages: file.count('MessageReceived', isOne), ...times.seen, backends: [] };
  } finally {
    file.close();
  }
};

export const nothingStored = (): never => {
  throw new NothingToReplay('There is nothing to replay: the store is empty.');
};

/**
 * What there is to replay.
 *
 * @throws {UnknownName}
 * @throws {NothingToReplay}
 * @throws {NothingYet} when it was stopped meanwhile
 */
export const findWanted = async (
  store: OpenStore,
  config: Config,
  request: ReplayRequest,
  end: string,
  signal: AbortSignal | undefined,
): Promise<Found> => {
  const { backend, since, until, conversation } = request;
  const stream =
    conversation === undefined
      ? undefined
      : conversationStream(await conversationNamed(store, config, conversation));
  const isAll = [stream, backend, since, until].every((limit) => limit === undefined);
  const { file } = fileOf(config);
  const found =
    isAll && file !== undefined
      ? await listAll(store, file, end)
      : await findConversations(store, {
          end,
          ...(stream === undefined ? {} : { stream }),
          ...(backend === undefined ? {} : { backend }),
          ...(since === undefined ? {} : { since }),
          ...(until === undefined ? {} : { until }),
          ...(signal === undefined ? {} : { signal }),
        });
  if (signal?.aborted === true) throw new NothingYet();
  if (found.messages > 0) return found;
  const known = [...config.backends.map(({ name }) => name), ...found.backends];
  if (backend !== undefined && !known.includes(backend))
    throw new UnknownName('--backend', 'a backend', backend, known);
  const looked = [
    'messages received',
    ...(conversation === undefined ? [] : [`in the conversation ${conversation}`]),
    ...(backend === undefined ? [] : [`from ${backend}`]),
    ...(since === undefined ? [] : [`since ${since}`]),
    ...(until === undefined ? [] : [`until ${until}`]),
  ];
  throw new NothingToReplay(`There is nothing to replay: looked for ${looked.join(' ')}.`);
};
