/** What an app may be let to do all the same: `--allow`. */
export const families = [
  'net',
  'fs',
  'processes',
  'threads',
  'timers',
  'databases',
  'clock',
  'chance',
] as const;

export type Family = (typeof families)[number];

/** What of a built-in module is refused. */
export interface Refused {
  readonly family: Family;
  /** Absent: all that can be called. */
  readonly only?: readonly string[];
  /** What reaches nothing, however it is called. */
  readonly harmless?: readonly string[];
  /** Classes whose objects do nothing by being there: what they can do is refused. */
  readonly makes?: readonly string[];
  /** What its classes can do is refused to objects that were there before, too. */
  readonly methods?: boolean;
}

/** They carry what others send. */
const messages = ['IncomingMessage', 'OutgoingMessage', 'ServerResponse'];

/** By the name of the module, without `node:`. One that this Node does not have is passed over. */
export const modules: Readonly<Record<string, Refused>> = {
  net: {
    family: 'net',
    methods: true,
    harmless: [
      'isIP',
      'isIPv4',
      'isIPv6',
      'BlockList',
      'SocketAddress',
      'getDefaultAutoSelectFamily',
      'setDefaultAutoSelectFamily',
    ],
    makes: ['Socket', 'Stream', 'Server'],
  },
  tls: {
    family: 'net',
    methods: true,
    harmless: [
      'checkServerIdentity',
      'createSecureContext',
      'getCiphers',
      'getCACertificates',
      'SecureContext',
    ],
    makes: ['TLSSocket', 'Server'],
  },
  http: {
    family: 'net',
    methods: true,
    harmless: ['validateHeaderName', 'validateHeaderValue', 'setMaxIdleHTTPParsers', ...messages],
    makes: ['Agent', 'Server'],
  },
  https: { family: 'net', methods: true, makes: ['Agent', 'Server'] },
  http2: {
    family: 'net',
    methods: true,
    harmless: ['getDefaultSettings', 'getPackedSettings', 'getUnpackedSettings'],
  },
  dgram: { family: 'net', methods: true },
  dns: {
    family: 'net',
    methods: true,
    harmless: ['getServers', 'getDefaultResultOrder'],
    makes: ['Resolver'],
  },
  'dns/promises': {
    family: 'net',
    methods: true,
    harmless: ['getServers', 'getDefaultResultOrder'],
    makes: ['Resolver'],
  },
  inspector: { family: 'net', methods: true },
  'inspector/promises': { family: 'net', methods: true },
  fs: { family: 'fs' },
  'fs/promises': { family: 'fs' },
  tty: { family: 'fs', only: ['ReadStream', 'WriteStream'] },
  trace_events: { family: 'fs' },
  wasi: { family: 'fs' },
  v8: {
    family: 'fs',
    only: [
      'writeHeapSnapshot',
      'getHeapSnapshot',
      'setHeapSnapshotNearHeapLimit',
      'takeCoverage',
      'stopCoverage',
      'setFlagsFromString',
    ],
  },
  repl: { family: 'fs' },
  child_process: { family: 'processes', methods: true },
  cluster: { family: 'processes', methods: true },
  os: { family: 'processes', only: ['setPriority'] },
  worker_threads: {
    family: 'threads',
    harmless: [
      'MessageChannel',
      'MessagePort',
      'receiveMessageOnPort',
      'markAsUntransferable',
      'isMarkedAsUntransferable',
    ],
  },
  // Hooks run in a thread of their own, in which nothing is refused.
  module: {
    family: 'threads',
    only: ['register', 'registerHooks', 'enableCompileCache', 'flushCompileCache', 'runMain'],
  },
  test: { family: 'processes' },
  timers: {
    family: 'timers',
    only: ['setTimeout', 'setInterval', 'setImmediate', 'enroll', 'active', '_unrefActive'],
  },
  'timers/promises': { family: 'timers' },
  // Its methods stay: the thread itself reads the store with them, and an app can open nothing.
  sqlite: { family: 'databases' },
  crypto: { family: 'databases', only: ['setEngine'] },
};

/** Of the process: what ends it, moves it or gets past what is refused. */
export const processCalls: Readonly<Record<string, Family>> = {
  kill: 'processes',
  _kill: 'processes',
  exit: 'processes',
  reallyExit: 'processes',
  abort: 'processes',
  chdir: 'processes',
  umask: 'processes',
  setuid: 'processes',
  setgid: 'processes',
  seteuid: 'processes',
  setegid: 'processes',
  setgroups: 'processes',
  initgroups: 'processes',
  execve: 'processes',
  _debugProcess: 'processes',
  _debugEnd: 'processes',
  dlopen: 'databases',
  binding: 'databases',
  _linkedBinding: 'databases',
};

/** Of the globals; a promise is what they give, but for the timers. */
export const globals: Readonly<Record<string, Family>> = {
  fetch: 'net',
  WebSocket: 'net',
  EventSource: 'net',
  BroadcastChannel: 'threads',
  setTimeout: 'timers',
  setInterval: 'timers',
  setImmediate: 'timers',
};
