import { conversationStream } from '../../domain/connection.js';
import { Pseudonyms } from '../../explain/anonymous.js';
import type { Explanation } from '../../explain/explanation.js';

/** The same story of made-up people. */
export const ofNobody = (explanation: Explanation): Explanation => {
  // Who pauses a backend is someone, too.
  const { connection, chains, state, changes, waits: _, ...rest } = explanation;
  const pseudonyms = new Pseudonyms();
  pseudonyms.person(connection);
  pseudonyms.namesIn([chains, state, [...(changes ?? [])]]);
  const shown = pseudonyms.connection(connection);
  return {
    ...rest,
    connection: shown,
    stream: conversationStream(shown),
    chains: pseudonyms.value(chains),
    ...(state === undefined ? {} : { state: pseudonyms.value(state) }),
    ...(changes === undefined
      ? {}
      : { changes: new Map([...changes].map(([id, list]) => [id, pseudonyms.value(list)])) }),
  };
};
