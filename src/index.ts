// What programs that use the router may import. App authors need the first block; their tests, `threadless-router/testing`.
export { type App, type Contact, type Context, defineApp } from './apps/app.js';
export { firstOf, keyword, pattern } from './apps/handlers.js';
export { type Filling, Html, html } from './apps/html.js';
export type { IncomingMessage, OutgoingMessage } from './apps/message.js';
export type { AppPage, AppPageContext, AppPageRequest } from './apps/pages.js';

import type { startRouter as start } from './main/index.js';

export type { Connection } from './domain/connection.js';
export type { DomainEvent, NewEvent, RecordedEvent } from './domain/event.js';
export type * from './domain/events.js';
export { ConfigError } from './main/config/configError.js';
export type { Router, StartOptions } from './main/index.js';
export { UnknownBackend } from './main/unknownBackend.js';
export type { Incoming } from './routing/answers.js';
export type { SendResult } from './routing/send.js';
export { type EventStore, StoreError } from './store/port.js';

/**
 * Starts a router: see docs/library.md. It is loaded here and not with this file, which apps load as well: they need little of it, and
 * a replay, in which nothing may be opened, could not load the rest.
 */
export const startRouter: typeof start = async (options) =>
  (await import('./main/index.js')).startRouter(options);
