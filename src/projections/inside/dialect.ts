// What stands in this folder runs inside the context of a projection: each function is compiled there from its own text, so
// it may use its arguments and ECMAScript, and nothing of this file or of Node.

/** How a projection's file describes itself. */
export interface Definition {
  source: { readonly kind: 'all' | 'streams' | 'categories'; readonly names: readonly string[] } | undefined;
  partition: 'none' | 'stream' | 'custom';
  partitionBy: ((event: unknown) => unknown) | undefined;
  /** Undefined until `when` was called. By event type, `$init`, `$initShared`, `$created`, `$any` and `$deleted`. */
  handlers: Map<string, Handler> | undefined;
  readonly transforms: { readonly kind: 'transform' | 'filter'; readonly by: (state: unknown) => unknown }[];
  /** What only the file's own run may call: taken away afterwards. */
  readonly calls: readonly string[];
}

export type Handler = (...parameters: unknown[]) => unknown;

/** Puts the words of the dialect into the context's global object. What they are given ends up in the result. */
export const dialect = (): Definition => {
  const definition: Definition = {
    source: undefined,
    partition: 'none',
    partitionBy: undefined,
    handlers: undefined,
    transforms: [],
    calls: [
      'options',
      'fromAll',
      'fromStream',
      'fromStreams',
      'fromCategory',
      'fromCategories',
      'fromStreamsMatching',
      'on_event',
      'on_any',
    ],
  };

  /** The name tells the outside that the file asks for what this runner does not have. */
  const refuse = (message: string): never => {
    const error = new Error(message);
    error.name = 'NotSupported';
    throw error;
  };
  const functionOf = (value: unknown, of: string): Handler =>
    typeof value === 'function' ? (value as Handler) : refuse(`${of} wants a function`);
  const textsOf = (values: readonly unknown[], of: string): string[] => {
    const list: readonly unknown[] = values.length === 1 && Array.isArray(values[0]) ? values[0] : values;
    if (list.length === 0) refuse(`${of} wants a name`);
    return list.map((name) => (typeof name === 'string' ? name : refuse(`${of} wants names as text`)));
  };

  const choose = (source: Definition['source'], ...next: string[]) => {
    if (definition.source !== undefined)
      refuse('a projection reads from one source: from… was called before');
    definition.source = source;
    return chain('when', 'partitionBy', 'outputState', ...next);
  };

  const chained: Record<string, (argument: unknown) => unknown> = {
    when: (given) => {
      if (typeof given !== 'object' || given === null) refuse('when wants an object of handlers');
      // As the server looks: what a getter would give is no function yet.
      const entries = Object.entries(Object.getOwnPropertyDescriptors(given));
      definition.handlers = new Map(
        entries.map(([type, { value }]) => [type, functionOf(value, `when: ${type}`)]),
      );
      if (definition.handlers.has('$deleted') && definition.handlers.has('$initShared'))
        refuse('$deleted does not go with $initShared');
      return chain('transformBy', 'filterBy', 'outputState', 'outputTo');
    },
    foreachStream: () => {
      definition.partition = 'stream';
      return chain('when');
    },
    partitionBy: (by) => {
      definition.partition = 'custom';
      definition.partitionBy = functionOf(by, 'partitionBy');
      return chain('when');
    },
    transformBy: (by) => transform('transform', by),
    filterBy: (by) => transform('filter', by),
    outputState: () => chain('transformBy', 'filterBy', 'outputTo'),
    outputTo: () =>
      refuse('outputTo is not supported: results stay with their projection and are not written to streams'),
  };
  const chain = (...names: string[]) => Object.fromEntries(names.map((name) => [name, chained[name]]));
  const transform = (kind: 'transform' | 'filter', by: unknown) => {
    definition.transforms.push({ kind, by: functionOf(by, `${kind}By`) });
    return chain('transformBy', 'filterBy', 'outputState', 'outputTo');
  };

  const writes =
    'a projection that writes events has to run in EventStoreDB, and no other engine would hold them';
  const words: Record<string, (...parameters: unknown[]) => unknown> = {
    fromAll: () => choose({ kind: 'all', names: [] }, 'foreachStream'),
    fromStream: (name) => choose({ kind: 'streams', names: textsOf([name], 'fromStream') }),
    fromStreams: (...names) => choose({ kind: 'streams', names: textsOf(names, 'fromStreams') }),
    fromCategory: (...names) =>
      choose({ kind: 'categories', names: textsOf(names, 'fromCategory') }, 'foreachStream'),
    fromCategories: (...names) =>
      choose({ kind: 'categories', names: textsOf(names, 'fromCategories') }, 'foreachStream'),
    fromStreamsMatching: () =>
      refuse('fromStreamsMatching is not supported: name the streams, or their category'),
    on_event: () => refuse('on_event is not supported: use when'),
    on_any: () => refuse('on_any is not supported: use when'),
    options: (given) => {
      for (const [name, value] of Object.entries((given ?? {}) as object)) {
        if (name === '$includeLinks' && value === true)
          refuse('$includeLinks is not supported: the embedded engines have no links');
        if (
          !['$includeLinks', 'reorderEvents', 'processingLag', 'resultStreamName', 'biState'].includes(name)
        )
          refuse(`options: there is no option ${name}`);
      }
    },
    log: () => undefined,
    emit: () => refuse(`emit is not supported: ${writes}`),
    linkTo: () => refuse(`linkTo is not supported: ${writes}`),
    linkStreamTo: () => refuse(`linkStreamTo is not supported: ${writes}`),
    copyTo: () => refuse(`copyTo is not supported: ${writes}`),
  };
  Object.assign(globalThis, words);
  return definition;
};
