import type { Router } from '../../src/main/index.js';
import { eventually } from '../kannel/support/wait.js';

/** Resolves with what `/readyz` says once it answers with this status. */
export const untilReadiness = ({ url }: Router, status: number): Promise<object> =>
  eventually(`/readyz to answer ${status}`, 20_000, async () => {
    const response = await fetch(`${url}/readyz`);
    const said = (await response.json()) as object;
    return response.status === status ? said : undefined;
  });
