/** Items of several sources, each in order, in the order of all. */
export async function* merged<Item>(
  sources: readonly AsyncGenerator<Item, void, undefined>[],
  isBefore: (one: Item, other: Item) => boolean,
): AsyncGenerator<Item, void, undefined> {
  try {
    const heads = await Promise.all(sources.map((source) => source.next()));
    for (;;) {
      let first: number | undefined;
      let item: Item | undefined;
      for (const [index, head] of heads.entries()) {
        if (head.done === true || (item !== undefined && !isBefore(head.value, item))) continue;
        [first, item] = [index, head.value];
      }
      const source = first === undefined ? undefined : sources[first];
      if (first === undefined || item === undefined || source === undefined) return;
      yield item;
      heads[first] = await source.next();
    }
  } finally {
    // Whoever reads may leave early: each source has a call open.
    await Promise.all(sources.map((source) => source.return()));
  }
}
