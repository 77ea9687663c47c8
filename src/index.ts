// What programs that use the router may import. App authors need the first block; their tests, `threadless-router/testing`.
export { type App, type Contact, type Context, defineApp } from './apps/app.js';
export { firstOf, keyword, pattern } from './apps/handlers.js';
export type { IncomingMessage, OutgoingMessage } from './apps/message.js';

export type { Connection } from './domain/connection.js';
export type { DomainEvent, NewEvent, RecordedEvent } from './domain/event.js';
export type * from './domain/events.js';
export { ConfigError, type Router, type StartOptions, startRouter, UnknownBackend } from './main/index.js';
export type { Incoming } from './routing/answers.js';
export type { SendResult } from './routing/send.js';
export { type EventStore, StoreError } from './store/port.js';
