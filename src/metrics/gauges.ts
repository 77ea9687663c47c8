import { Counter, Gauge, type Registry } from 'prom-client';
import { here, hereNow, ofTheStore } from './help.js';
import type { Moment } from './moment.js';

const phases = ['catching-up', 'live', 'refused', 'stopped'];

/** What is looked up when it is asked for. */
export class Gauges {
  readonly #info: Gauge<'version' | 'node' | 'node_version'>;
  readonly #ready: Gauge;
  readonly #storeWorks: Gauge;
  readonly #laneState: Gauge<'backend' | 'state'>;
  readonly #laneWaiting: Gauge<'backend'>;
  readonly #laneInFlight: Gauge<'backend'>;
  readonly #partitions: Gauge;
  readonly #processes: Gauge;
  readonly #heartbeatAge: Gauge;
  readonly #commits: Counter;
  readonly #bytes: Gauge;
  readonly #lag: Gauge<'projection'>;
  readonly #phase: Gauge<'projection' | 'phase'>;
  readonly #deadLetters: Gauge<'kind'>;
  readonly #textsWaiting: Gauge;

  /** @param laneStates - all that there are */
  constructor(
    registry: Registry,
    private readonly laneStates: readonly string[],
  ) {
    const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
      new Gauge({ name: `threadless_${name}`, help, labelNames, registers: [registry] });
    this.#info = gauge('info', hereNow('1, with what runs here.'), ['version', 'node', 'node_version']);
    this.#ready = gauge('ready', hereNow('1 when /readyz says ready, else 0.'));
    this.#storeWorks = gauge('store_up', hereNow('1 when the store takes what is written, else 0.'));
    this.#laneState = gauge('lane_state', hereNow('1 for the state of a lane, 0 for the others.'), [
      'backend',
      'state',
    ]);
    this.#laneWaiting = gauge(
      'lane_waiting',
      hereNow('Texts that a lane has taken up, at most its window.'),
      ['backend'],
    );
    this.#laneInFlight = gauge('lane_in_flight', hereNow('Attempts that a gateway has not answered yet.'), [
      'backend',
    ]);
    this.#partitions = gauge('partitions', hereNow('Partitions of the conversations that are worked on.'));
    this.#processes = gauge('processes', ofTheStore('Processes that share the work.'));
    this.#heartbeatAge = gauge(
      'heartbeat_age_seconds',
      hereNow('Since the store last took a heartbeat: past the takeover time others take the work over.'),
    );
    this.#commits = new Counter({
      name: 'threadless_store_commits_total',
      help: here('Transactions, each with all appends that waited for it.'),
      registers: [registry],
    });
    this.#bytes = gauge('store_bytes', ofTheStore('Bytes of the file of the events, and of its log.'));
    this.#lag = gauge(
      'projection_lag_seconds',
      ofTheStore('How much younger the newest event is than the last that a projection has folded.'),
      ['projection'],
    );
    this.#phase = gauge(
      'projection_phase',
      ofTheStore('1 for the phase of a projection, 0 for the others.'),
      ['projection', 'phase'],
    );
    this.#deadLetters = gauge(
      'dead_letters',
      ofTheStore('Messages that wait for a person: inbound, abandoned, unclear.'),
      ['kind'],
    );
    this.#textsWaiting = gauge('texts_waiting', ofTheStore('Texts that are decided and not handed over.'));
  }

  set(moment: Moment): void {
    const { version, node, nodeVersion, ready, storeWorks, partitions, processes } = moment;
    this.#info.set({ version, node, node_version: nodeVersion }, 1);
    this.#ready.set(Number(ready));
    this.#storeWorks.set(Number(storeWorks));
    this.#partitions.set(partitions);
    this.#processes.set(processes);
    this.#heartbeatAge.set(moment.heartbeatAgeMs / 1_000);
    this.#commits.reset();
    if (moment.commits === undefined) this.#commits.remove();
    else this.#commits.inc(moment.commits);
    setOrNone(this.#bytes, moment.storeBytes);
    setOrNone(this.#textsWaiting, moment.textsWaiting);
    this.#setLanes(moment.lanes);
    this.#setProjections(moment.projections);
    this.#deadLetters.reset();
    for (const [kind, n] of Object.entries(moment.deadLetters ?? {})) this.#deadLetters.set({ kind }, n);
  }

  /** A lane that another process has taken over is told by that one. */
  #setLanes(lanes: Moment['lanes']): void {
    for (const gauge of [this.#laneState, this.#laneWaiting, this.#laneInFlight]) gauge.reset();
    for (const { backend, state, waiting, inFlight } of lanes) {
      for (const each of this.laneStates)
        this.#laneState.set({ backend, state: each }, Number(each === state));
      this.#laneWaiting.set({ backend }, waiting);
      this.#laneInFlight.set({ backend }, inFlight);
    }
  }

  #setProjections(projections: Moment['projections']): void {
    for (const gauge of [this.#lag, this.#phase]) gauge.reset();
    for (const { name: projection, phase, lagMs } of projections) {
      this.#lag.set({ projection }, lagMs / 1_000);
      for (const each of phases) this.#phase.set({ projection, phase: each }, Number(each === phase));
    }
  }
}

/** What is not known is not told, rather than told as none. */
const setOrNone = (gauge: Gauge, value: number | undefined): void => {
  if (value === undefined) gauge.remove();
  else gauge.set(value);
};
