import type { IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { Busboy } from '@fastify/busboy';
import { PageError } from './pageError.js';

/** A form as it was sent. */
export interface Form {
  /** '' for a field that is not there. */
  text(name: string): string;
  all(name: string): readonly string[];
  /** Undefined when none was chosen. */
  file(name: string): { readonly name: string; readonly content: Buffer } | undefined;
}

/** Bytes of a form with a file: some ten thousand messages. */
export const fileLimit = 2_000_000;
const textLimit = 200_000;

/** @throws {PageError} for what is no form, or too large */
export const readForm = async (request: IncomingMessage): Promise<Form> => {
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('multipart/form-data')) return readMultipart(request);
  if (type !== '' && !type.startsWith('application/x-www-form-urlencoded'))
    throw new PageError(400, 'Expected a form.');
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > textLimit) request.destroy();
  });
  const fields = new URLSearchParams(await textOf(request));
  return formOf(fields, new Map());
};

const formOf = (
  fields: URLSearchParams,
  files: ReadonlyMap<string, { readonly name: string; readonly content: Buffer }>,
): Form => ({
  text: (name) => fields.get(name) ?? '',
  all: (name) => fields.getAll(name),
  file: (name) => files.get(name),
});

const readMultipart = (request: IncomingMessage): Promise<Form> =>
  new Promise((resolve, reject) => {
    const fields = new URLSearchParams();
    const files = new Map<string, { name: string; content: Buffer }>();
    const tooLarge = () => reject(new PageError(413, `The file is larger than ${fileLimit / 1e6} MB.`));
    const reader = new Busboy({
      headers: { ...request.headers, 'content-type': request.headers['content-type'] ?? '' },
      limits: { fileSize: fileLimit, files: 1, fields: 100, fieldSize: textLimit },
    });
    reader.on('field', (name, value) => fields.append(name, value));
    reader.on('file', (field, stream, name) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('limit', tooLarge);
      stream.on('end', () => {
        if (name !== undefined && name !== '') files.set(field, { name, content: Buffer.concat(chunks) });
      });
    });
    reader.on('error', () => reject(new PageError(400, 'The form cannot be read.')));
    reader.on('finish', () => resolve(formOf(fields, files)));
    request.once('close', () => reject(new PageError(400, 'The form broke off.')));
    request.pipe(reader);
  });
