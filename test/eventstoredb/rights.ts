import { isMetadataStream, originalOf } from './streamMetadata.js';

export type Operation = 'read' | 'append' | 'delete' | 'readMetadata' | 'writeMetadata';

/** What users may do: everything, until it is taken away from them. */
export class Rights {
  readonly #taken = new Set<string>();

  /** @param changed - called after every change, since live subscriptions end by it */
  constructor(private readonly changed: () => void) {}

  /** @param prefix - of the names of streams; `$all` is the name of them all together */
  take(operation: Operation, prefix: string): void {
    this.#taken.add(`${operation} ${prefix}`);
    this.changed();
  }

  /** Gives back what was taken with the same words. */
  grant(operation: Operation, prefix: string): void {
    this.#taken.delete(`${operation} ${prefix}`);
    this.changed();
  }

  allow(operation: 'read' | 'append' | 'delete', stream: string): boolean {
    if (this.#taken.size === 0) return true;
    const wanted = `${isMetadataStream(stream) ? ofMetadata[operation] : operation} ${originalOf(stream)}`;
    return ![...this.#taken].some((taken) => wanted.startsWith(taken));
  }
}

const ofMetadata = { read: 'readMetadata', append: 'writeMetadata', delete: 'delete' } as const;
