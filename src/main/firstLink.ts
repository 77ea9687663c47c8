import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Access } from '../access/access.js';
import { linkPath } from '../access/linkPath.js';
import { firstAdmin } from '../access/names.js';
import type { Users } from '../access/users.js';
import type { Config } from './config/config.js';
import { makeFolder } from './dataFolder.js';

/** With it the first admin chooses a password. It is told once, and no log may have it. */
export interface FirstLink {
  readonly url: string;
  /** ISO, UTC. */
  readonly endsAt: string;
  /** Where no person reads what this process writes. @returns the file, which the owner of this process alone can read */
  toFile(): string;
}

export interface FirstLinkNeeds {
  readonly config: Pick<Config, 'data'>;
  /** Where the router is reached. */
  readonly url: string;
  readonly access: Access;
  readonly users: Users;
}

/** Undefined: somebody has been added who can log in, or will. */
export const firstLinkOf = async (needs: FirstLinkNeeds): Promise<FirstLink | undefined> => {
  const { config, url, access, users } = needs;
  await access.known;
  const file = join(config.data, 'setup-link');
  const others = access.directory.users.filter(({ name }) => name !== firstAdmin);
  const link = others.length > 0 ? undefined : await users.makeFirstLink(firstAdmin, 'the first start');
  if (link === undefined) {
    rmSync(file, { force: true });
    return undefined;
  }
  const whole = url + linkPath(firstAdmin, link.secret);
  return {
    url: whole,
    endsAt: link.endsAt,
    toFile: () => {
      makeFolder(config.data);
      // One that is there keeps the rights that it has.
      rmSync(file, { force: true });
      writeFileSync(file, `${whole}\n`, { mode: 0o600, flag: 'wx' });
      return resolve(file);
    },
  };
};
