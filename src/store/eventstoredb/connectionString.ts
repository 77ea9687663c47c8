import { StoreError } from '../port.js';

/** What the client knows, in its way of comparing names: without case, - and _. */
const options = new Set([
  'connectionname',
  'defaultdeadline',
  'discoveryinterval',
  'gossiptimeout',
  'keepaliveinterval',
  'keepalivetimeout',
  'maxdiscoverattempts',
  'nodepreference',
  'tls',
  'tlscafile',
  'tlsverifycert',
  'usercertfile',
  'userkeyfile',
]);

/**
 * Refuses what the client would only warn about: its warnings print the whole string, with the password.
 *
 * @throws {StoreError} `invalid`, without quoting the string
 */
export const checkConnectionString = (text: string): void => {
  const [, query = ''] = /^esdb(?:\+discover)?:\/\/[^?]+(?:\?(.*))?$/.exec(text) ?? refuse(expected);
  for (const option of query === '' ? [] : query.split('&')) {
    const [name = '', value] = option.split('=');
    const flat = name.toLowerCase().replaceAll(/[-_\s]/g, '');
    if (!options.has(flat)) refuse(`it has no option ${name}`);
    if (flat === 'tlsverifycert' && value === 'false') {
      refuse('certificates are always checked: name the authority with tlsCAFile');
    }
  }
};

const expected = 'expected esdb://[user:password@]host:port[,host:port]?tls=true';

const refuse = (why: string): never => {
  throw new StoreError('invalid', `The connection string of EventStoreDB cannot be used: ${why}.`);
};

/** For people to read: without the user and the password. */
export const withoutCredentials = (connectionString: string): string =>
  connectionString.replace(/:\/\/[^?]*@/, '://');
