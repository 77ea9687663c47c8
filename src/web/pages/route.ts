import type { Readable } from 'node:stream';
import type { VNode } from 'preact';
import type { OpenedSession } from '../../access/logins.js';
import type { Right } from '../../access/rights.js';
import type { Ask } from './asking.js';
import type { Form } from './form.js';

/** What a page is made of, within the frame. */
export interface Shown {
  readonly kind: 'page';
  readonly title: string;
  readonly body: VNode;
  /** Default: 200. */
  readonly status?: number;
  /** What it is about: when something happens there, the page is told. See live.ts. */
  readonly live?: readonly string[];
  /** Without the frame's menu: for who is not logged in. */
  readonly isBare?: boolean;
}

/** Said once at the head of the next page. */
export interface Said {
  readonly tone: 'ok' | 'bad' | 'warn';
  readonly text: string;
}

/** After something was done: another page, where a reload does nothing anew. */
export interface Elsewhere {
  readonly kind: 'elsewhere';
  /** Of this router, with its query. */
  readonly path: string;
  readonly said?: Said;
  /** From now on the reader's times are shown in it. */
  readonly zone?: string;
  /** From now on the browser is logged in, or no longer. */
  readonly session?: OpenedSession | 'over';
}

/** To be kept by the reader. One that breaks off closes the connection without an end. */
export interface File {
  readonly kind: 'file';
  readonly name: string;
  readonly type: string;
  readonly content: Readable | string;
}

export type Answer = Shown | Elsewhere | File;

/** An address of the pages. `GET` changes nothing. What is for anyone is the door: there is perhaps no visitor. */
export type PageRoute =
  | {
      readonly method: 'GET';
      /** As @koa/router writes it, with a slash at its end. */
      readonly path: string;
      readonly right: Right | 'anyone';
      answer(ask: Ask): Promise<Answer>;
    }
  | {
      readonly method: 'POST';
      readonly path: string;
      readonly right: Right | 'anyone';
      answer(ask: Ask, form: Form): Promise<Answer>;
    };
