import fc from 'fast-check';

/** What is done to a server, to the processes on it, and by phones. Which of several a number means follows from how many there are. */
export type Command =
  | { readonly do: 'receive'; readonly phone: number; readonly count: number }
  | { readonly do: 'keep the last'; readonly phone: number; readonly maxCount: number }
  /** Counted from behind the last event: negative cuts within, positive hides what will come. */
  | { readonly do: 'cut'; readonly phone: number; readonly fromEnd: number }
  | { readonly do: 'delete' | 'delete for good'; readonly phone: number }
  | { readonly do: 'scavenge' }
  | { readonly do: 'move'; readonly partition: number }
  | { readonly do: 'restart'; readonly process: number; readonly how: 'in order' | 'killed' | 'markless' }
  | { readonly do: 'go on'; readonly turns: number }
  | { readonly do: 'settle' }
  | { readonly do: 'back up' }
  | { readonly do: 'restore'; readonly empty: boolean; readonly holding: boolean };

const phone = fc.nat(2);
const one = <const Name extends string>(name: Name) => fc.constant(name);

const receive = fc.record({ do: one('receive'), phone, count: fc.integer({ min: 1, max: 4 }) });

const cuts = [
  fc.record({ do: one('keep the last'), phone, maxCount: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ do: one('cut'), phone, fromEnd: fc.integer({ min: -8, max: 8 }) }),
  fc.record({ do: one('delete'), phone }),
  fc.record({ do: one('scavenge') }),
] as const;

const processes = [
  fc.record({ do: one('move'), partition: fc.nat(3) }),
  fc.record({
    do: one('restart'),
    process: fc.nat(1),
    how: fc.constantFrom('in order' as const, 'killed' as const, 'markless' as const),
  }),
] as const;

const usual = [
  { weight: 6, arbitrary: receive },
  { weight: 3, arbitrary: fc.oneof(...processes) },
  { weight: 3, arbitrary: fc.record({ do: one('go on'), turns: fc.nat(200) }) },
  { weight: 2, arbitrary: fc.record({ do: one('settle') }) },
] as const;

const lengths = { minLength: 6, maxLength: 30, size: 'max' } as const;

/** What is done between restores: texts come most often. */
export const commands: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.oneof(
    ...usual,
    { weight: 6, arbitrary: fc.oneof(...cuts) },
    { weight: 1, arbitrary: fc.record({ do: one('delete for good'), phone }) },
  ),
  lengths,
);

const restore = fc.record({ do: one('restore'), empty: fc.boolean(), holding: fc.boolean() });

/** A server that goes back once, to where it was at some time before. */
export const commandsWithRestore: fc.Arbitrary<readonly Command[]> = fc
  .tuple(commands, commands, restore, commands)
  .map(([before, lost, back, after]) => [...before, { do: 'back up' }, ...lost, back, ...after]);
