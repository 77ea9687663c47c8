import type { Readable } from 'node:stream';
import type { ZodType, z } from 'zod';
import type { Right } from '../../access/rights.js';
import type { Visitor } from '../../access/visitor.js';

/** What a program asks. */
export interface Call<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly visitor: Visitor;
  /** The request goes, or the server stops. */
  readonly gone: AbortSignal;
  /** Of the request; empty when it has none of that name. */
  readonly header: (name: string) => string;
  /** The first of these types that the request takes. */
  readonly accepts: (...types: string[]) => string | undefined;
}

/** An answer that is no JSON document. */
export interface Streamed {
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly content: Readable;
}

/** An address of the API. What stands here is what the server checks and what the document says. */
export interface ApiRoute {
  readonly method: 'get' | 'post' | 'delete';
  /** Below `/api/v1`, e.g. `/backends/{name}/pause`. */
  readonly path: string;
  /** A sentence. */
  readonly summary: string;
  /** Of things that belong together in the document. */
  readonly tag: string;
  readonly right: Right;
  readonly params?: ZodType;
  readonly query?: ZodType;
  readonly body?: ZodType;
  /** By status. A success without a document: undefined. */
  readonly answers: Readonly<
    Record<
      number,
      { readonly description: string; readonly schema?: ZodType; readonly types?: readonly string[] }
    >
  >;
  /** A body that is taken, shown in the document and tried by a test. */
  readonly example?: unknown;
  handle(call: Call<unknown, unknown, unknown>): Promise<ApiAnswer>;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly streamed?: Streamed;
  readonly headers?: Readonly<Record<string, string>>;
}

type Parsed<Schema> = Schema extends ZodType ? z.output<Schema> : undefined;

/** A route whose handler knows the types of what it is asked. */
export const apiRoute = <
  Params extends ZodType | undefined = undefined,
  Query extends ZodType | undefined = undefined,
  Body extends ZodType | undefined = undefined,
>(
  route: Omit<ApiRoute, 'handle' | 'params' | 'query' | 'body'> & {
    readonly params?: Params;
    readonly query?: Query;
    readonly body?: Body;
    handle(call: Call<Parsed<Params>, Parsed<Query>, Parsed<Body>>): Promise<ApiAnswer>;
  },
): ApiRoute => route as ApiRoute;
