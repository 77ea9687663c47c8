import { v7 } from 'uuid';
import type { SerialisedEvent } from '../serialise.js';

/** An event of the adapter's own. */
export const noteOf = (type: string, data: object): SerialisedEvent => {
  const id = v7();
  return {
    id,
    type,
    data: JSON.stringify(data),
    correlationId: id,
    causationId: undefined,
    schema: 1,
    extra: undefined,
  };
};
