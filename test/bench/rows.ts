/** One line of the table: ours against a baseline of the same run. */
export interface Row {
  readonly what: string;
  readonly baseline: string;
  /** At least (ratios of rates) or at most (ratios of times, delays). */
  readonly target: { readonly atLeast: number } | { readonly lessThan: number };
  /** Ratio, or the figure itself when there is no baseline; median of the pairs. */
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly unit: '×' | 'ms';
  /** Medians of what was measured, for those who want absolute figures of this machine. */
  readonly ours: number;
  readonly theirs?: number;
  readonly measuredIn: string;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1] ?? Number.NaN, sorted[middle] ?? Number.NaN];
  return sorted.length % 2 === 0 ? (low + high) / 2 : high;
};

/** How long something takes: three times at least. @param wantedMs - it is to take less */
export const timeRow = async (
  what: string,
  wantedMs: number,
  runs: number,
  work: () => Promise<unknown>,
): Promise<Row> => {
  const times: number[] = [];
  for (let run = 0; run < Math.max(3, runs); run += 1) {
    const begun = performance.now();
    await work();
    times.push(performance.now() - begun);
  }
  return {
    what,
    baseline: '–',
    target: { lessThan: wantedMs },
    median: median(times),
    min: Math.min(...times),
    max: Math.max(...times),
    unit: 'ms',
    ours: median(times),
    measuredIn: 'ms',
  };
};

export const ratioRow = (
  about: Pick<Row, 'what' | 'baseline' | 'target' | 'measuredIn'>,
  pairs: readonly { readonly ours: number; readonly theirs: number }[],
): Row => {
  const ratios = pairs.map(({ ours, theirs }) => ours / theirs);
  return {
    ...about,
    median: median(ratios),
    min: Math.min(...ratios),
    max: Math.max(...ratios),
    unit: '×',
    ours: median(pairs.map(({ ours }) => ours)),
    theirs: median(pairs.map(({ theirs }) => theirs)),
  };
};

export const holds = ({ target, median }: Row): boolean =>
  'atLeast' in target ? median >= target.atLeast : median < target.lessThan;

export const table = (rows: readonly Row[]): string => {
  const cells = rows.map((row) => [
    row.what,
    row.baseline,
    'atLeast' in row.target ? `≥ ${row.target.atLeast} ${row.unit}` : `< ${row.target.lessThan} ${row.unit}`,
    `${row.median.toFixed(2)} ${row.unit} (${row.min.toFixed(2)}–${row.max.toFixed(2)})`,
    holds(row) ? 'yes' : 'NO',
    `${figure(row.ours)}${row.theirs === undefined ? '' : ` : ${figure(row.theirs)}`} ${row.measuredIn}`,
  ]);
  const head = ['what', 'against', 'target', 'median (min–max)', 'held', 'medians here'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
};

const figure = (value: number): string => (value >= 100 ? Math.round(value).toString() : value.toFixed(1));
