import { lastEvent } from '../store/ends.js';
import { parseKept } from '../store/kept.js';
import { type Agreements, type OpenStore, StoreError } from '../store/port.js';

const name = 'imports';

/** Kept in the store, which is closed to routers as long as there is something in it. */
interface Ledger {
  /** Of the import that is under way, or was cut off: the store's last event when it began. */
  readonly underWay?: { readonly since: string | null };
  /** Of each earlier one that was cut off: the last event that it stored. */
  readonly ends: readonly string[];
}

/**
 * Which imports into a store were cut off. One is made good by an import that holds the last event that it stored: exports are
 * in the order of their store, so that one holds everything before it too, be it the same export or a later one.
 */
export class UnfinishedImports {
  readonly #seen = new Set<string>();

  private constructor(
    private readonly store: OpenStore,
    private readonly since: string | null,
    private readonly ends: ReadonlySet<string>,
  ) {}

  /** @param fresh - the store was open: what it says of imports is over */
  static async begin(store: OpenStore, fresh: boolean): Promise<UnfinishedImports> {
    const { underWay, ends } = fresh ? { ends: [], underWay: undefined } : await read(store.agreements);
    const last = await lastId(store);
    const cut = underWay !== undefined && last !== null && last !== underWay.since ? [last] : [];
    const begun = new UnfinishedImports(store, last, new Set([...ends, ...cut]));
    await write(store.agreements, { underWay: { since: last }, ends: [...begun.ends] });
    return begun;
  }

  /** Called with each event of the export. */
  saw(id: string): void {
    if (this.ends.has(id)) this.#seen.add(id);
  }

  /** All of the export is stored. @returns false when another import is still unfinished */
  async finish(): Promise<boolean> {
    const ends = [...this.ends].filter((id) => !this.#seen.has(id));
    await write(this.store.agreements, { ends });
    return ends.length === 0;
  }

  /** @returns true when nothing was stored and no other import is unfinished */
  async fail(): Promise<boolean> {
    if ((await lastId(this.store)) !== this.since) return false;
    await write(this.store.agreements, { ends: [...this.ends] });
    return this.ends.size === 0;
  }
}

const lastId = async (store: OpenStore): Promise<string | null> => (await lastEvent(store))?.id ?? null;

const read = async (agreements: Agreements): Promise<Ledger> => {
  const agreement = await agreements.read(name);
  return agreement === undefined
    ? { ends: [] }
    : parseKept<Ledger>('the list of unfinished imports', agreement.text);
};

/** Only who has closed the store writes it, so what comes in between is an earlier try of its own. */
const write = async (agreements: Agreements, ledger: Ledger): Promise<void> => {
  for (;;) {
    const before = await agreements.read(name);
    try {
      await agreements.replace(name, JSON.stringify(ledger), before?.version ?? 'none');
      return;
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'conflict')) throw error;
    }
  }
};
