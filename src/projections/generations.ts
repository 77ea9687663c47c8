import type { IndexDefinition } from './index/definition.js';
import { dropTables, indexTables, resultIndex, stateTables, tablesOf } from './index/tables.js';
import { StateWriter } from './index/writer.js';
import type { Row, Statements } from './statements.js';

/** What one building from nothing has made of a projection so far. */
export interface Generation {
  readonly generation: number;
  readonly makesResults: boolean;
  readonly definition: IndexDefinition | undefined;
}

/** The generations of the projections in a states file. Whoever calls is within a transaction. */
export class Generations {
  readonly #writers = new Map<string, StateWriter>();

  constructor(
    private readonly statements: Statements,
    private readonly exec: (sql: string) => void,
  ) {}

  /** What is written to. */
  making(name: string): Generation | undefined {
    return this.#one('making', name);
  }

  /** What readers get: the last complete one, or what there is of the first. */
  shown(name: string): Generation | undefined {
    return this.#one('coalesce(serving, making)', name);
  }

  #one(column: string, name: string): Generation | undefined {
    const row = this.statements.get(
      `SELECT g.* FROM projections p JOIN generations g ON g.generation = ${column} WHERE p.name = ?`,
      name,
    );
    return row === undefined ? undefined : generationOf(row);
  }

  writer(name: string): StateWriter {
    const known = this.#writers.get(name);
    if (known !== undefined) return known;
    const making = this.making(name);
    if (making === undefined) throw new Error(`${name} was not begun.`);
    const { generation, definition, makesResults } = making;
    const writer = new StateWriter(this.statements, generation, definition, makesResults);
    this.#writers.set(name, writer);
    return writer;
  }

  /** A transaction failed. */
  forgetWriters(): void {
    for (const writer of this.#writers.values()) writer.forget();
  }

  create(name: string, definition: IndexDefinition | undefined): number {
    this.#writers.delete(name);
    const sql = 'INSERT INTO generations (definition) VALUES (?) RETURNING generation';
    const text = definition === undefined ? null : JSON.stringify(definition);
    const generation = Number(this.statements.get(sql, text)?.generation);
    this.exec(tablesOf(generation, stateTables + (definition === undefined ? '' : indexTables(definition))));
    return generation;
  }

  makesResults(name: string, makes: boolean): void {
    const making = this.making(name);
    if (making === undefined) return;
    const sql = 'UPDATE generations SET results = ? WHERE generation = ?';
    this.statements.run(sql, makes ? 1 : 0, making.generation);
    if (makes) this.exec(tablesOf(making.generation, resultIndex.replace('INDEX', 'INDEX IF NOT EXISTS')));
    this.#writers.delete(name);
  }

  drop(name: string, generation: number): void {
    this.#writers.delete(name);
    // Those of tables that go would be kept for ever.
    this.statements.forget();
    this.exec(tablesOf(generation, dropTables));
    this.statements.run('DELETE FROM generations WHERE generation = ?', generation);
  }

  /** For people with the sqlite3 shell: the states of all projections, as readers get them. */
  showStates(): void {
    const rows = this.statements.rows(
      'SELECT name, coalesce(serving, making) AS generation FROM projections ORDER BY name',
    );
    const selects = rows.map(
      ({ name, generation }) =>
        `SELECT '${String(name)}' AS projection, partition, state, result FROM states_${Number(generation)}`,
    );
    const none = `SELECT '' AS projection, '' AS partition, '' AS state, '' AS result WHERE false`;
    this.exec(`DROP VIEW IF EXISTS states; CREATE VIEW states AS ${selects.join(' UNION ALL ') || none};`);
  }
}

const generationOf = ({ generation, results, definition }: Row): Generation => ({
  generation: Number(generation),
  makesResults: results === 1,
  definition: typeof definition === 'string' ? JSON.parse(definition) : undefined,
});
