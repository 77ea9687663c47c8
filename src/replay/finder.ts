import type { Steps } from '../apps/steps.js';
import type { MessageReceived } from '../domain/events.js';
import type { Folded } from './folded.js';
import type { Group } from './groups.js';
import type { Replayed } from './replayed.js';

/** Where what is found of a conversation goes. */
export interface Finder {
  tell(replayed: Replayed): void;
  /** In place of running it: who would handle it? */
  readonly ask?: ((message: MessageReceived['data'], known: Folded, group: Group) => Steps<void>) | undefined;
}
