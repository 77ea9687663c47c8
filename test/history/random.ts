/** Chance that is the same for the same seed, on every machine. */
export interface Random {
  /** From 0 to 1, 1 excluded, as Math.random. */
  next(): number;
  /** A whole number from 0 to `below`, `below` excluded. */
  below(below: number): number;
  /** A number around this mean, small ones more often: how long until the next of things that come by chance. */
  around(mean: number): number;
  isOneIn(count: number): boolean;
  pick<T>(list: readonly T[]): T;
}

/** The generator sfc32: 128 bits of state, of which the seed fills one number. */
export const createRandom = (seed: number): Random => {
  let [a, b, c, counter] = [seed | 0, 0x9e3779b9 | 0, 0x243f6a88 | 0, 1];
  const next32 = (): number => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    c |= 0;
    return result >>> 0;
  };
  for (let round = 0; round < 15; round += 1) next32();
  const next = (): number => next32() / 2 ** 32;
  const below = (count: number): number => Math.floor(next() * count);
  return {
    next,
    below,
    around: (mean) => -mean * Math.log(1 - next()),
    isOneIn: (count) => below(count) === 0,
    pick: <T>(list: readonly T[]): T => {
      const picked = list[below(list.length)];
      if (picked === undefined) throw new RangeError('There is nothing to pick from.');
      return picked;
    },
  };
};

/** Cards by how often they come. */
export type Weights<Card extends string> = Readonly<Record<Card, number>>;

/** Draws a card by chance, but first each of them once: so a short history holds everything too. */
export const createDeck = <Card extends string>(random: Random, weights: Weights<Card>): (() => Card) => {
  const cards = Object.keys(weights) as Card[];
  const total = cards.reduce((sum, card) => sum + weights[card], 0);
  const first = shuffled(random, cards);
  return () => {
    const card = first.pop();
    if (card !== undefined) return card;
    let left = random.next() * total;
    for (const candidate of cards) {
      left -= weights[candidate];
      if (left < 0) return candidate;
    }
    return random.pick(cards);
  };
};

const shuffled = <T>(random: Random, list: readonly T[]): T[] => {
  const left = [...list];
  return list.flatMap(() => left.splice(random.below(left.length), 1));
};
