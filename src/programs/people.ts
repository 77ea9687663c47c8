import { userInfo } from 'node:os';
import { v7 } from 'uuid';
import { Directory } from '../access/directory.js';
import { linkPath } from '../access/linkPath.js';
import { Passwords } from '../access/passwords.js';
import { newSecret } from '../access/secrets.js';
import { accessCategories, accessTypes } from '../access/stored.js';
import { Tokens } from '../access/tokens.js';
import { type MadeLink, Users } from '../access/users.js';
import { publicUrlOf } from '../main/addresses.js';
import { systemClock } from '../main/clock.js';
import type { Config } from '../main/config/config.js';
import type { ConfigSources } from '../main/config/load.js';
import { openStore } from '../main/dataFolder.js';
import { foundIn } from '../store/ends.js';
import type { EventStore } from '../store/port.js';
import { existingStore, lastingStore } from './lastingStore.js';
import { commandLog } from './log.js';

/** The users and tokens of the configured store, beside a router that may be running: it follows what is changed. */
export interface People {
  readonly users: Users;
  readonly tokens: Tokens;
  /** Recorded with what is done. */
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Who there is. */
  readonly directory: () => Promise<Directory>;
  /** The address of a link. */
  readonly urlOf: (name: string, link: MadeLink) => string;
  readonly close: () => Promise<void>;
}

export interface PeopleOptions {
  readonly sources?: ConfigSources;
  /** There need be no store yet: users may be added before the first start. */
  readonly isFirst?: boolean;
}

/** @throws {ConfigError} */
export const openPeople = async ({ sources = {}, isFirst = false }: PeopleOptions = {}): Promise<People> => {
  const config = isFirst ? lastingStore(sources) : existingStore(sources);
  const store = await openStore(config, commandLog);
  return peopleIn(store, config);
};

const peopleIn = (store: EventStore, config: Config): People => {
  const needs = { store, newId: () => v7(), now: () => systemClock.now(), newSecret };
  return {
    users: new Users({ ...needs, passwords: new Passwords() }),
    tokens: new Tokens(needs),
    by: `${userInfo().username} at a terminal`,
    now: systemClock.now(),
    directory: async () => {
      const directory = new Directory();
      const filter = { categories: accessCategories, types: accessTypes };
      for await (const event of foundIn(store, { filter })) directory.tell(event);
      return directory;
    },
    urlOf: (name, { secret }) => publicUrlOf(config.http) + linkPath(name, secret),
    close: () => store.close(),
  };
};
