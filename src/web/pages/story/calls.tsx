import type { JSX } from 'preact';
import type { TraceEntry } from '../../../domain/events.js';
import { useAsk } from '../asking.js';

const said: Readonly<Record<TraceEntry['result'], (phase: string) => string>> = {
  none: () => 'nothing',
  false: () => 'false: not mine',
  true: (phase) =>
    phase === 'handle' ? 'true: handled' : phase === 'filter' ? 'true: stopped here' : 'true',
  threw: () => 'failed',
  timeout: () => 'took too long',
};

/** What each app was asked, what it said, and how long it took. */
export const Calls = ({ trace }: { readonly trace: readonly TraceEntry[] }): JSX.Element | null => {
  if (trace.length === 0) return null;
  const longest = Math.max(1, ...trace.map(({ microseconds }) => microseconds));
  return (
    <table>
      <caption class="vh">What each app said</caption>
      <thead>
        <tr>
          <th scope="col">App, phase</th>
          <th scope="col">It said</th>
          <th scope="col" class="n">
            Took
          </th>
          <td />
        </tr>
      </thead>
      <tbody>
        {trace.map((call) => (
          <Call key={`${call.phase} ${call.app}`} call={call} longest={longest} />
        ))}
      </tbody>
    </table>
  );
};

const Call = ({ call, longest }: { readonly call: TraceEntry; readonly longest: number }): JSX.Element => {
  const { formats } = useAsk();
  const { app, phase, result, microseconds, error, text, dropped } = call;
  const words = (said[result] ?? (() => String(result)))(phase);
  return (
    <tr>
      <th scope="row">
        {app} <span class="xs soft">{phase}</span>
      </th>
      <td>
        {result === 'true' ? (
          <b>{words}</b>
        ) : (
          <span class={error === undefined ? undefined : 'bad'}>{words}</span>
        )}
        {error === undefined ? undefined : (
          <>
            {' '}
            <code>{error}</code>
          </>
        )}
        {text === undefined ? undefined : (
          <>
            ; made it <ins>{text}</ins>
          </>
        )}
        {dropped === undefined
          ? undefined
          : `; dropped ${dropped} ${dropped === 1 ? 'text' : 'texts'} of others`}
      </td>
      <td class="n nb">
        {microseconds < 1_000 ? `${formats.number(microseconds)} µs` : formats.duration(microseconds / 1_000)}
      </td>
      <td>
        <svg class="bar" viewBox="0 0 96 10" preserveAspectRatio="none" aria-hidden="true">
          <rect width={Math.max(2, Math.round((94 * microseconds) / longest))} height="10" />
        </svg>
      </td>
    </tr>
  );
};
