import { conversationStream } from '../../domain/connection.js';
import { Pseudonyms } from '../../explain/anonymous.js';
import type { Explanation } from '../../explain/explanation.js';
import { textsOf } from '../../explain/story.js';

/** The same story of made-up people. */
export const ofNobody = (explanation: Explanation): Explanation => {
  // Who pauses a backend is someone, too.
  const { connection, chains, state, changes, waits: _, ...rest } = explanation;
  const pseudonyms = new Pseudonyms();
  pseudonyms.person(connection);
  for (const text of chains.flatMap(textsOf)) if (text.to !== undefined) pseudonyms.person(text.to);
  pseudonyms.namesIn([chains, state]);
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
