import { withoutHashes } from '../domain/accessEvents.js';
import type { RecordedEvent } from '../domain/event.js';

/** An event as it is stored, revision as text. */
export interface AuditEvent extends Omit<RecordedEvent, 'revision'> {
  readonly revision: string;
}

/** Whoever asks for events gets each through here: what is kept of passwords and tokens is shown to nobody. */
export const shownEvent = (event: RecordedEvent): AuditEvent => ({
  ...withoutHashes(event),
  revision: event.revision.toString(),
});
