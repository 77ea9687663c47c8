// Makes a secret as a first start does, on a file system without links: all that try meet where that is found.
import { randomBytes } from 'node:crypto';
import { existsSync, writeSync } from 'node:fs';
import { keptSecret, thisSystem } from '../../src/main/signingSecret.js';

const [file = '', signal = ''] = process.argv.slice(2);
const link = () => {
  writeSync(1, 'linking\n');
  while (!existsSync(signal)) thisSystem.pause(1);
  throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' });
};
writeSync(1, keptSecret(file, randomBytes(32).toString('base64url'), { ...thisSystem, link }));
