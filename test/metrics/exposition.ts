/** One line of what Prometheus reads. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\]|\\["\\n])*",?)*)\})? (\S+)$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\["\\n])*)"/g;
const suffixes: Readonly<Record<string, string>> = {
  histogram: '_(bucket|sum|count)',
  summary: '(_sum|_count)?',
};

/** The text format, by its rules: each family once, with help and type before its samples, none of which comes twice. @throws for anything else */
export const parseExposition = (text: string): ReadonlyMap<string, Family> => {
  if (!text.endsWith('\n')) throw new Error('no end of the last line');
  const families = new Map<string, Family & { samples: Sample[] }>();
  const seen = new Set<string>();
  let help: readonly [string, string] | undefined;
  let open = '';
  for (const line of text.split('\n')) {
    const [, helped, said = ''] = /^# HELP (\S+) ?(.*)$/.exec(line) ?? [];
    const [, typed, type = ''] = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(line) ?? [];
    if (line === '') continue;
    if (helped !== undefined) help = [helped, said];
    else if (typed !== undefined) {
      if (families.has(typed) || help?.[0] !== typed) throw new Error(`out of order: ${line}`);
      families.set(typed, { type, help: help[1], samples: [] });
      open = typed;
    } else {
      const sample = sampleOf(line);
      const family = families.get(open);
      const belongs = new RegExp(`^${open}${suffixes[family?.type ?? ''] ?? ''}$`).test(sample.name);
      const key = JSON.stringify([sample.name, Object.entries(sample.labels)]);
      if (!belongs || seen.has(key)) throw new Error(`out of place, or twice: ${line}`);
      seen.add(key);
      family?.samples.push(sample);
    }
  }
  return families;
};

const sampleOf = (line: string): Sample => {
  const [, name = '', labels = '', value = ''] = sampleLine.exec(line) ?? [];
  if (name === '') throw new Error(`not understood: ${line}`);
  const number = value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value);
  if (Number.isNaN(number) && !/^nan$/i.test(value)) throw new Error(`no number: ${line}`);
  const pairs = [...labels.matchAll(label)].map(([, key = '', written = '']) => [key, unescaped(written)]);
  return { name, labels: Object.fromEntries(pairs), value: number };
};

const unescaped = (written: string): string =>
  written.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));

/** The value of the one sample with these labels; undefined when there is none. */
export const valueIn = (
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined =>
  [...families.values()]
    .flatMap(({ samples }) => samples)
    .find(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    )?.value;
