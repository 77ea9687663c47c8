/** Settings by group, then by key: what differs from a configuration file of Kannel's. */
export type KannelSettings = Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;

/** The text of a configuration with some settings replaced, or added to their group. A group must occur in it. */
export const withSettings = (conf: string, settings: KannelSettings): string => {
  const missing = new Set(Object.keys(settings));
  const lines = conf.split('\n').flatMap((line, index, all) => {
    const assignment = parse(line);
    const group = assignment?.key === 'group' ? assignment.value : groupOf(all, index);
    const changes = group === undefined ? undefined : settings[group];
    if (assignment === undefined || changes === undefined) return [line];
    if (assignment.key !== 'group') return assignment.key in changes ? [] : [line];
    missing.delete(assignment.value);
    return [line, ...Object.entries(changes).map(([key, value]) => `${key} = "${value}"`)];
  });
  if (missing.size > 0) throw new Error(`No such group in the configuration: ${[...missing].join(', ')}`);
  return lines.join('\n');
};

/** What a configuration says for one key of a group; undefined when it says nothing. */
export const settingOf = (conf: string, group: string, key: string): string | undefined => {
  const lines = conf.split('\n');
  const found = lines.findIndex((line, index) => parse(line)?.key === key && groupOf(lines, index) === group);
  return found === -1 ? undefined : parse(lines[found] ?? '')?.value;
};

const parse = (line: string): { key: string; value: string } | undefined => {
  const match = /^\s*([a-z0-9-]+)\s*=\s*(.*?)\s*$/.exec(line);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { key: match[1], value: match[2].replace(/^"(.*)"$/, '$1') };
};

const groupOf = (lines: readonly string[], index: number): string | undefined => {
  const groups = lines.slice(0, index).flatMap((line) => parse(line) ?? []);
  return groups.findLast(({ key }) => key === 'group')?.value;
};
