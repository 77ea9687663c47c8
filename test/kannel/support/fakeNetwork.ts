import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One short message as it left Kannel. A long text is several of them. */
export interface ShortMessage {
  readonly from: string;
  readonly to: string;
  /** 7-bit text, 8-bit data, UCS-2, or anything with a user data header: a part of a long text. */
  readonly type: 'text' | 'data' | 'ucs-2' | 'udh';
  readonly bytes: Buffer;
  readonly part?: { readonly reference: number; readonly total: number; readonly number: number };
}

/** One text as a phone shows it: its parts put together. */
export interface PhoneText {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly bytes: Buffer;
  /** Of how many short messages it was made. */
  readonly parts: number;
}

export interface FromPhone {
  /** The phone's number. */
  readonly from: string;
  /** Where it sends to. */
  readonly to?: string;
}

/**
 * All phones of a network at once: a client of Kannel's `smsc = fake`, which speaks lines over TCP.
 *
 *     to Kannel:  FROM TO text TEXT            TEXT as it is: UTF-8 without line breaks
 *                 FROM TO data|ucs2 BYTES      percent-encoded
 *                 FROM TO udh-text UDH TEXT    with a user data header (percent-encoded)
 *     from it:    FROM TO text TEXT            as it is, with its line breaks: the next line goes on with the text
 *                 FROM TO ucs-2|data BYTES     percent-encoded
 *                 FROM TO udh UDH data BYTES   a part of a long text, 7-bit and UCS-2 alike
 *
 * Kannel takes one such client at a time. A part does not tell its coding, so there `text` is a guess: bytes that are clean
 * UTF-8 are taken for that, others for UTF-16BE. (UCS-2 of which every byte is printable ASCII, which takes Chinese,
 * is the known wrong guess.)
 */
export class FakeNetwork {
  /** Every short message since the beginning, in order. */
  readonly shortMessages: ShortMessage[] = [];
  /** Every whole text since the beginning, in the order of their last parts. */
  readonly texts: PhoneText[] = [];
  readonly #socket: Socket;
  readonly #parts = new Map<string, ShortMessage[]>();
  readonly #listeners = new Set<(text: PhoneText) => void>();
  /** Bytes of a line that has not ended. */
  #rest: Buffer = Buffer.alloc(0);
  /** The last message, as long as its text may go on. */
  #open: string[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#take(chunk));
    // Kannel going away is a part of some tests; `closed` tells.
    socket.on('error', () => {});
  }

  static async connect(port: number): Promise<FakeNetwork> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new FakeNetwork(socket);
  }

  get closed(): boolean {
    return this.#socket.destroyed;
  }

  /** A text that its phone sends as 7-bit: UTF-8 to Kannel, which takes it for GSM 03.38. */
  send(text: string, { from, to = '789' }: FromPhone): void {
    if (/[\r\n]/.test(text)) throw new Error('A line break does not fit into a line: use sendUcs2');
    this.sendLine(`${from} ${to} text ${text}`);
  }

  /** 8-bit data. */
  sendData(bytes: Uint8Array, { from, to = '789' }: FromPhone): void {
    this.sendLine(`${from} ${to} data ${percentEncoded(bytes)}`);
  }

  /** A text that its phone sends as UCS-2. */
  sendUcs2(text: string, { from, to = '789' }: FromPhone): void {
    this.sendLine(`${from} ${to} ucs2 ${percentEncoded(utf16be(text))}`);
  }

  /** A text that its phone cuts into parts of `size` characters, with the header by which they are put together. */
  sendParts(text: string, { from, to = '789' }: FromPhone, size = 153, reference = 42): void {
    const parts = text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'gu')) ?? [''];
    parts.forEach((part, index) => {
      const udh = percentEncoded(Uint8Array.of(5, 0, 3, reference, parts.length, index + 1));
      this.sendLine(`${from} ${to} udh-text ${udh} ${part}`);
    });
  }

  /** Anything, for what the methods above cannot say. */
  sendLine(line: string): void {
    this.#socket.write(`${line}\n`);
  }

  /** Called with every whole text from now on. @returns how to end that */
  onText(listener: (text: PhoneText) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What one phone got, in order. */
  textsTo(phone: string): string[] {
    return this.texts.filter(({ to }) => to === phone).map(({ text }) => text);
  }

  /**
   * Resolves with all texts since the beginning as soon as there are `wanted` of them, or `wanted` says yes.
   *
   * @throws {Error} after `timeoutMs`, with the last texts
   */
  waitFor(
    wanted: number | ((texts: readonly PhoneText[]) => boolean),
    timeoutMs: number,
  ): Promise<readonly PhoneText[]> {
    const enough =
      typeof wanted === 'number' ? (texts: readonly PhoneText[]) => texts.length >= wanted : wanted;
    if (enough(this.texts)) return Promise.resolve(this.texts);
    return new Promise((resolve, reject) => {
      const stop = this.onText(() => {
        if (!enough(this.texts)) return;
        done();
        resolve(this.texts);
      });
      const timer = setTimeout(() => {
        done();
        const last = this.texts.slice(-5).map(({ to, text }) => `${to}: ${text}`);
        reject(
          new Error(
            `The phones got ${this.texts.length} texts in ${timeoutMs} ms, the last: ${last.join(' | ')}`,
          ),
        );
      }, timeoutMs);
      const done = (): void => {
        stop();
        clearTimeout(timer);
      };
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const bytes = Buffer.concat([this.#rest, chunk]);
    const end = bytes.lastIndexOf(lineFeed);
    this.#rest = bytes.subarray(end + 1);
    if (end === -1) return;
    for (const line of bytes.subarray(0, end).toString('latin1').split('\n')) {
      if (beginsMessage(line)) this.#finish();
      this.#open.push(line);
    }
    // A text with line breaks is written at once, so what is here is whole.
    this.#finish();
  }

  #finish(): void {
    if (this.#open.length === 0) return;
    const message = parseLine(this.#open.join('\n'));
    this.#open = [];
    this.shortMessages.push(message);
    const whole = this.#together(message);
    if (whole === undefined) return;
    this.texts.push(whole);
    for (const listener of this.#listeners) listener(whole);
  }

  /** The text that this message completes. */
  #together(message: ShortMessage): PhoneText | undefined {
    const { part } = message;
    if (part === undefined) return textOf([message]);
    const key = `${message.from} ${message.to} ${part.reference} ${part.total}`;
    const parts = [...(this.#parts.get(key) ?? []), message];
    this.#parts.set(key, parts);
    if (parts.length < part.total) return undefined;
    this.#parts.delete(key);
    return textOf(parts.toSorted((a, b) => (a.part?.number ?? 0) - (b.part?.number ?? 0)));
  }
}

const lineFeed = 0x0a;

const beginsMessage = (line: string): boolean => /^\S* \S+ (text|data|ucs-2|udh) /.test(line);

/**
 * A message as the fake SMSC writes it, which is what fakesmsc prints between `<` and `>`, too. Bytes as latin1.
 *
 * @throws {Error} for anything else
 */
export const parseLine = (line: string): ShortMessage => {
  // The sender may be empty; the text may be empty, have spaces and line breaks.
  const [, from = '', to = '', type, rest = ''] =
    /^(\S*) (\S+) (text|data|ucs-2|udh) ([\s\S]*)$/.exec(line) ?? [];
  switch (type) {
    case 'text':
      return { from, to, type, bytes: Buffer.from(rest, 'latin1') };
    case 'data':
    case 'ucs-2':
      return { from, to, type, bytes: percentDecoded(rest) };
    case 'udh': {
      const [header = '', , body = ''] = rest.split(' ');
      const part = partOf(percentDecoded(header));
      return { from, to, type, bytes: percentDecoded(body), ...(part === undefined ? {} : { part }) };
    }
    default:
      throw new Error(`Not a message of the fake SMSC: ${JSON.stringify(line)}`);
  }
};

/** The concatenation element (0x00: 8-bit reference) of a user data header. */
const partOf = (header: Buffer): ShortMessage['part'] => {
  for (let at = 1; at + 1 < header.length; at += 2 + (header[at + 1] ?? 0)) {
    const [reference = 0, total = 0, number = 0] = header.subarray(at + 2);
    if (header[at] === 0 && header[at + 1] === 3) return { reference, total, number };
  }
  return undefined;
};

const textOf = (parts: readonly ShortMessage[]): PhoneText => {
  const bytes = Buffer.concat(parts.map((part) => part.bytes));
  const [{ from, to, type } = { from: '', to: '', type: 'text' }] = parts;
  const isUcs2 = type === 'ucs-2' || (type !== 'text' && !isCleanUtf8(bytes));
  const text = new TextDecoder(isUcs2 ? 'utf-16be' : 'utf-8', { ignoreBOM: true }).decode(bytes);
  return { from, to, text, bytes, parts: parts.length };
};

/** In UTF-16BE every other byte is a small number, mostly: control characters, if it were UTF-8. */
const isCleanUtf8 = (bytes: Buffer): boolean =>
  isUtf8(bytes) && bytes.filter((byte) => byte < 0x20).length * 10 <= bytes.length;

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

const percentEncoded = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

const percentDecoded = (text: string): Buffer =>
  Buffer.from(
    text
      .replaceAll('+', ' ')
      .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
