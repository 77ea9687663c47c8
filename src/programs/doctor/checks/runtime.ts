import { readFileSync } from 'node:fs';
import { version } from '../../../main/version.js';
import { driverVersion } from '../../../store/sqlite/driver.js';
import type { Check } from '../examine.js';
import { broken, well } from '../finding.js';
import { messageOf } from '../words.js';

/** Debian stable ships it. */
const firstVersion = [20, 19] as const;

export const runtime: Check = {
  about: 'runtime.node',
  examine: async () => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const [leastMajor, leastMinor] = firstVersion;
    const isNew = major > leastMajor || (major === leastMajor && minor >= leastMinor);
    const says = `threadless-router ${version} on Node ${process.versions.node}, ${systemOf()}.`;
    return isNew
      ? [well('runtime.node', says)]
      : [broken('runtime.node', says, `It takes Node ${firstVersion.join('.')} or newer: install one.`)];
  },
};

/** The engine keeps the events with it, the projections their states, whatever holds the events. */
export const driver: Check = {
  about: 'runtime.driver',
  examine: async () => {
    try {
      const { driver: name, version: sqlite } = await driverVersion();
      return [well('runtime.driver', `SQLite ${sqlite} by ${name}.`)];
    } catch (error) {
      return [
        broken(
          'runtime.driver',
          `There is no SQLite that can be used: ${messageOf(error)}`,
          'Run `npm ci` in the folder of the router, without --omit=optional, or use a newer Node, whose own SQLite will do.',
        ),
      ];
    }
  },
};

/** For people: the distribution where it says so. */
const systemOf = (): string => {
  try {
    const [, name] = /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8')) ?? [];
    return name ?? process.platform;
  } catch {
    return process.platform;
  }
};
