import type { RecordedEvent } from '../domain/event.js';
import { schemaVersion } from '../domain/events.js';
import type { Claim } from './claims.js';
import type { Endless } from './endless.js';
import { matters, type ToldEvent } from './groups.js';
import type { Kind } from './kinds.js';
import type { Family } from './refuse/families.js';
import type { Replayed } from './replayed.js';

/** The apps that a thread loads, and what they may do. */
export interface AppsToPrepare {
  /** As the configuration names them: built-in, or paths of modules. */
  readonly apps: readonly string[];
  readonly defaultResponse: string;
  readonly allowed: readonly Family[];
}

/** What all threads of a replay are told at their beginning. */
export interface ThreadSettings extends AppsToPrepare {
  readonly phaseTimeoutMs: number;
  readonly maxTexts: number;
  readonly backends: readonly string[];
  /** Those of them whose phones are played. */
  readonly played: readonly string[];
  readonly fromHere: boolean;
  /** Nothing is compared: each app is asked by itself whether it would handle the message. */
  readonly claims: boolean;
  /** Received at or after: ISO, UTC. */
  readonly since?: string;
  /** Received before: ISO, UTC. */
  readonly until?: string;
  /** Only what concerns this app is compared. */
  readonly app?: string;
  /** A file of the embedded store, which each thread reads for itself; absent: the events come in the chunks. */
  readonly file?: string;
  /** Position of the last event that is part of it. */
  readonly end: string;
  readonly pulse: SharedArrayBuffer;
  /** An app is known to change what all code goes by while it is asked: it is looked for at each call. */
  readonly looksClosely?: boolean;
}

/** A part of a conversation. */
export interface Chunk {
  readonly job: number;
  readonly stream: string;
  /** Messages of it that came to no end. */
  readonly endless: Endless;
  /** Of its results, those that are told already. */
  readonly told: number;
  /** Some of its events, as JSON: a text is handed to a thread at a tenth of the price of what is in it. Absent: the thread reads them. */
  readonly events?: string;
  /** There are no more; not said where the thread reads them. */
  readonly isLast: boolean;
}

/** What an app was seen calling, and how often. */
export interface Noted {
  /** Absent: it came when no app was being asked. */
  readonly app?: string;
  readonly call: string;
  readonly count: number;
}

export type ToThread =
  | { readonly kind: 'work'; readonly nth: number; readonly chunks: readonly Chunk[] }
  | { readonly kind: 'conversation'; readonly nth: number; readonly events: string; readonly next?: number };

export type FromThread =
  /** The names of the apps. */
  | { readonly kind: 'ready'; readonly apps: readonly string[] }
  /** An app cannot be loaded. */
  | { readonly kind: 'unfit'; readonly problem: string; readonly noted: readonly Noted[] }
  /** Something in it is wrong that is no app's. */
  | { readonly kind: 'fault'; readonly error: Error }
  /** An app has changed what all code goes by: what was found with this piece of work is not to be relied on. */
  | { readonly kind: 'misled' }
  /** It wants to know another conversation, from a revision on. */
  | { readonly kind: 'wants'; readonly nth: number; readonly stream: string; readonly from: number }
  | { readonly kind: 'done'; readonly nth: number; readonly results: Results };

/** Of one conversation, as far as a chunk went. */
export interface JobResults {
  readonly job: number;
  readonly counts: Readonly<Partial<Record<Kind, number>>>;
  /** Those that differ. */
  readonly shown: readonly Replayed[];
  readonly claims: readonly Claim[];
  readonly isEnded: boolean;
}

export interface Results {
  readonly jobs: readonly JobResults[];
  readonly noted: readonly Noted[];
}

/** An event as it is handed to a thread; undefined when it says nothing to an app. */
export const packed = (event: RecordedEvent): ToldEvent | undefined => {
  if (!matters(event, schemaVersion)) return undefined;
  const { id, type, data, metadata, recordedAt } = event;
  return { id, type, data, metadata, time: Date.parse(recordedAt), revision: Number(event.revision) };
};
