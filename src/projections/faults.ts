const stopsByCode = {
  /** The file is no ECMAScript, or cannot be read. */
  syntax: false,
  /** It asks for what the dialect does not have, or this runner not. */
  unsupported: false,
  /** It says no source, no handlers, or its own run fails. */
  definition: false,
  /** A handler threw. */
  threw: true,
  /** One event took longer than it may. */
  'too-slow': true,
  /** A state is past the limit. */
  'too-big': true,
  /** A state would not come back from JSON as it was. */
  'not-json': true,
} as const;

export type FaultCode = keyof typeof stopsByCode;

/** Where in a file. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
}

/** A projection that cannot go on. The message begins with the file and, as far as they are known, the line and the column. */
export class ProjectionFault extends Error {
  override readonly name = 'ProjectionFault';
  /** `refused`: the file is not run. `stopped`: it ran until an event that it cannot take. */
  readonly effect: 'refused' | 'stopped';

  constructor(
    readonly code: FaultCode,
    readonly place: Place,
    readonly what: string,
  ) {
    super(
      `${[place.file, place.line, place.column].filter((part) => part !== undefined).join(':')}: ${what}`,
    );
    this.effect = stopsByCode[code] ? 'stopped' : 'refused';
  }

  /** The same, with the event that brought it about. */
  at(event: string): ProjectionFault {
    return new ProjectionFault(this.code, this.place, `${this.what} (${event})`);
  }
}

/** The innermost place in a file that a stack tells. Above the stack there may be a line alone. */
export const placeIn = (stack: string, file: string): Place => {
  const places = stack
    .split(`${file}:`)
    .slice(1)
    .map((rest) => /^(\d+)(?::(\d+))?/.exec(rest)?.slice(1).map(Number) ?? []);
  const [line, column] = places.find(([, at]) => Number.isFinite(at)) ?? places[0] ?? [];
  return {
    file,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined || Number.isNaN(column) ? {} : { column }),
  };
};

/** The line on which a function of a file begins: for what no stack tells. */
export const lineOf = (text: string, source: string): number | undefined => {
  const at = text === '' ? -1 : source.indexOf(text);
  return at === -1 ? undefined : source.slice(0, at).split('\n').length;
};
