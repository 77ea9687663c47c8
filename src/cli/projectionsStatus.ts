import type { ProjectionsTool } from '../programs/projections/projections.js';
import { print } from '../terminal/print.js';
import { visibleJson } from '../terminal/visible.js';
import { count, inColumns, indented } from './columns.js';

/** How far each has got, here and on the server, and why one does not run. @param json - one object a line */
export const status = async (tool: ProjectionsTool, json: boolean): Promise<void> => {
  await statusHere(tool, json);
  const deployed = await tool.statusesOnServer();
  if (deployed !== undefined) showDeployed(deployed, json);
};

const statusHere = async (tool: ProjectionsTool, json: boolean): Promise<void> => {
  const statuses = tool.statuses();
  for (const { name, phase, events, at, fault, ...rest } of json ? statuses : [])
    print(visibleJson(JSON.stringify({ on: 'router', name, phase, events, at, fault, ...rest })));
  if (json) return;
  const rows = statuses.map(({ name, phase, events, at, serves }) => [
    name,
    serves === 'former' ? `${phase}, the former states are shown` : phase,
    `${count(events)} events${at ? `, to ${at}` : ''}`,
  ]);
  show(
    rows,
    statuses.map(({ fault }) => fault),
  );
  if (statuses.length === 0) print('No projection has run yet.');
  if (!(await tool.isRunning())) print('Nothing runs them now: they go on with the next `threadless serve`.');
};

type Deployed = NonNullable<Awaited<ReturnType<ProjectionsTool['statusesOnServer']>>>;

const showDeployed = (statuses: Deployed, json: boolean): void => {
  for (const { name, status, progress, reason } of json ? statuses : [])
    print(visibleJson(JSON.stringify({ on: 'server', name, status, progress, reason })));
  if (json) return;
  print(statuses.length === 0 ? '\nNone is deployed on the server.' : '\nOn the server:');
  const rows = statuses.map(({ name, status, progress }) => [name, status, partRead(progress)]);
  show(
    rows,
    statuses.map(({ reason }) => reason),
  );
};

/** Rows under each other, and what there is to tell of one under it. */
const show = (rows: readonly (readonly string[])[], notes: readonly (string | undefined)[]): void => {
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  for (const [index, line] of inColumns(rows).entries()) {
    print(line);
    for (const note of indented(notes[index] ?? '', width)) print(note);
  }
};

/** While the server does not know it tells less than nothing. */
const partRead = (progress: number): string => (progress < 0 ? '' : `${progress.toFixed(1)} %`.padStart(7));
