import { readFileSync } from 'node:fs';

/** Returns what is wrong with the value of an option, if anything. */
type Check = (value: string) => string | undefined;

const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value.toLowerCase()) ? undefined : `expected ${values.join(' or ')}`;

const number: Check = (value) => (/^-?\d+$/.test(value) ? undefined : 'expected a whole number');

const file: Check = (value) => {
  try {
    readFileSync(value);
    return undefined;
  } catch (error) {
    return `there is no file ${value} that can be read (${(error as NodeJS.ErrnoException).code})`;
  }
};

/** What the client knows, in its way of comparing names: without case, - and _. */
const options: Readonly<Record<string, Check>> = {
  connectionname: () => undefined,
  defaultdeadline: number,
  discoveryinterval: number,
  gossiptimeout: number,
  keepaliveinterval: number,
  keepalivetimeout: number,
  maxdiscoverattempts: number,
  nodepreference: oneOf('leader', 'follower', 'read_only_replica', 'random'),
  tls: oneOf('true', 'false'),
  tlscafile: file,
  tlsverifycert: (value) =>
    value === 'true' ? undefined : 'certificates are always checked: name the authority with tlsCAFile',
  usercertfile: file,
  userkeyfile: file,
};

/** Stricter than the client, which takes the first part of a password with a colon, and a host with an @ in it. */
const form =
  /^esdb(?:\+discover)?:\/\/(?<credentials>[^:@/?]+:[^:@/?]+@)?(?<hosts>[\w.-]+(?::\d+)?(?:,[\w.-]+(?::\d+)?)*)\/?(?:\?(?<query>[^?@]+))?$/;

const expected =
  'expected esdb://[user:password@]host:port[,host:port]?tls=true, with %40 for an @ in the password, %3A for :, %2F for /, %3F for ?';

/**
 * What stops the client from using a connection string, and what it would only warn about: its warnings and its errors
 * print the whole string, with the password.
 *
 * @returns undefined when nothing does; else a sentence that does not quote the user or the password
 */
export const faultInConnectionString = (text: string): string | undefined => {
  const { credentials = '', query = '' } = form.exec(text.trim())?.groups ?? {};
  if (!form.test(text.trim())) return expected;
  const ports = [...text.replace(credentials, '').matchAll(/:(\d+)/g)].map(([, port]) => Number(port));
  if (ports.some((port) => port === 0 || port > 65_535)) return 'expected a port from 1 to 65535';
  if (decoded(credentials) === undefined) return 'expected %25 for a % in the password';
  const faults = query === '' ? [] : query.split('&').map(faultInOption);
  return faults.find((fault) => fault !== undefined);
};

const faultInOption = (option: string): string | undefined => {
  const [given = ''] = option.split('=');
  const [name, value] = nameAndValue(option);
  const check = options[name];
  if (check === undefined) return `there is no option ${given}`;
  const fault = value ? check(value) : 'expected a value';
  return fault === undefined ? undefined : `${given}: ${fault}`;
};

/** Its name as the client compares it. */
const nameAndValue = (option: string): readonly [name: string, value: string | undefined] => {
  const [name = '', raw = ''] = option.split('=');
  return [name.toLowerCase().replaceAll(/[-_\s]/g, ''), decoded(raw)];
};

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/** Where a connection string leads. */
export interface Door {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** A file. Absent: the authorities that the system knows. */
  readonly authority?: string;
}

/** Of a connection string without a fault: all its hosts. */
export const doorsIn = (connectionString: string): readonly Door[] => {
  const { hosts = '', query = '' } = form.exec(connectionString.trim())?.groups ?? {};
  const given = new Map(query.split('&').map((option) => nameAndValue(option)));
  const authority = given.get('tlscafile');
  return hosts.split(',').map((at) => {
    const [host = '', port = '2113'] = at.split(':');
    const tls = given.get('tls')?.toLowerCase() !== 'false';
    return { host, port: Number(port), tls, ...(authority === undefined ? {} : { authority }) };
  });
};

/** Then a server with TLS takes every call for anyone's. Without TLS there are no users. */
export const namesNoUser = (connectionString: string): boolean =>
  !/:\/\/[^?]*@|[?&](?:tls=false|user[-_]?cert[-_]?file=)/i.test(connectionString);

/** For people to read: without the user and the password. */
export const withoutCredentials = (connectionString: string): string =>
  connectionString.replace(/:\/\/[^?]*@/, '://');
