import test from 'ava';
import { folded } from '../../src/audit/lists/ask.js';
import { ours } from '../projections/support/history.js';

for (const { projection, filter } of Object.values(folded))
  test(`how far ${projection} is behind is counted by what it folds`, (t) => {
    const [, handlers = ''] = /\.when\(\{(.*?)\n {2}\}\)/s.exec(ours(projection).source) ?? [];
    const types = [...handlers.matchAll(/^ {4}([A-Z]\w+):/gm)].map(([, type]) => type);
    t.deepEqual(
      filter.types.filter((type) => !types.includes(type)),
      [],
    );
    t.is(types.length, filter.types.length);
  });
