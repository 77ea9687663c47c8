import type { DomainEvent } from '../domain/event.js';
import type { AnyApp, Contact } from './app.js';

/** What each app remembers of one conversation: only apps that have recorded something are listed. Never changed in place. */
export type Memory = Readonly<Record<string, Remembered>>;

/** An `evolve` that threw leaves the error: the app cannot be asked until it is mended, and then folds anew. */
export type Remembered = { readonly state: unknown } | { readonly error: string };

export const noMemory: Memory = {};

/** The stored name of an app's fact. */
export const factType = (app: string, type: string): string => `${app}.${type}`;

/** Whether an event is an app's. */
export const isFact = ({ type }: DomainEvent): boolean => type.includes('.');

/** The memory after one more event. Events that are no app's fact leave it as it is. Never throws. */
export const remember = (apps: readonly AnyApp[], memory: Memory, event: DomainEvent): Memory => {
  const dot = event.type.indexOf('.');
  if (dot < 0) return memory;
  const name = event.type.slice(0, dot);
  const app = apps.find((candidate) => candidate.name === name);
  if (app?.evolve === undefined) return memory;
  const before = memory[name] ?? { state: app.initial };
  if ('error' in before) return memory;
  const after: Record<string, Remembered> = { ...memory };
  // Set, and not written into the literal: the engine defines a name that it is told at run time ten times as slowly.
  after[app.name] = evolved(app, before.state, { type: event.type.slice(dot + 1), data: event.data });
  return after;
};

const evolved = (app: AnyApp, state: unknown, fact: DomainEvent): Remembered => {
  try {
    return { state: app.evolve?.(state, fact) };
  } catch (error) {
    return {
      error: `evolve of ${app.name} threw on ${fact.type}: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
};

/** @throws {Error} when the app's own `evolve` threw on what is stored */
export const stateOf = (memory: Memory, app: AnyApp): unknown => {
  const remembered = memory[app.name];
  if (remembered === undefined) return app.initial;
  if ('error' in remembered) throw new Error(remembered.error);
  return remembered.state;
};

const unknown: Contact = {};

/** The person as the apps know them: later apps in the list win. */
export const contactOf = (apps: readonly AnyApp[], memory: Memory): Contact => {
  let contact = unknown;
  for (const app of apps) {
    if (app.contact === undefined) continue;
    const remembered = memory[app.name];
    if (remembered !== undefined && 'error' in remembered) continue;
    const told = toldBy(app, remembered?.state ?? app.initial);
    contact = contact === unknown ? told : { ...contact, ...told };
  }
  return contact;
};

const toldBy = (app: AnyApp, state: unknown): Contact => {
  try {
    return app.contact?.(state) ?? {};
  } catch {
    return {};
  }
};
