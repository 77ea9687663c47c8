import { publicUrlOf, routerHeader } from '../../../main/addresses.js';
import type { Config } from '../../../main/config/config.js';

/** What stands under `/readyz`, as far as it is looked at. */
export interface Readiness {
  readonly ready: boolean;
  readonly store: boolean;
  readonly routing: boolean;
  readonly refused?: readonly string[];
  readonly lanes: readonly RouterLane[];
  readonly work: { readonly node: string; readonly state: string };
}

export interface RouterLane {
  readonly backend: string;
  readonly state: string;
  readonly since: string;
  readonly reason?: string;
  /** The person who has paused it. */
  readonly by?: string;
  readonly waiting: number;
  readonly inFlight: number;
}

/** Who answers at the configured address of the router. */
export type RouterAnswer = { readonly url: string } & (
  | { readonly kind: 'router'; readonly readiness: Readiness }
  /** A router of ours that does not tell how it is: it is starting or stopping, or has a fault. */
  | { readonly kind: 'busy'; readonly phase: string; readonly status: number }
  | { readonly kind: 'nobody' }
  /** Something answers that is no router of ours. */
  | { readonly kind: 'another'; readonly how: string }
  /** It takes the connection and does not answer. */
  | { readonly kind: 'silent' }
  /** The system takes any free port. */
  | { readonly kind: 'anywhere' }
);

/** A machine that has too much to do answers late: that is no reason to call the router stuck. */
const patienceMs = 6_000;

export const askRouter = async (http: Config['http']): Promise<RouterAnswer> => {
  const { publicUrl: _, ...here } = http;
  const url = publicUrlOf(here);
  if (http.port === 0) return { kind: 'anywhere', url };
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(patienceMs) });
    const readiness: unknown = await response.json().catch(() => undefined);
    if (isReadiness(readiness)) return { kind: 'router', url, readiness };
    const phase = response.headers.get(routerHeader);
    if (phase !== null) return { kind: 'busy', url, phase, status: response.status };
    return { kind: 'another', url, how: `it answers ${response.status} to /readyz` };
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    if ((error as Error).name === 'TimeoutError') return { kind: 'silent', url };
    if (code?.startsWith('UND_ERR_SOCKET') || code?.startsWith('HPE_') || code === 'ECONNRESET')
      return { kind: 'another', url, how: 'it does not speak HTTP' };
    return { kind: 'nobody', url };
  }
};

const isReadiness = (answer: unknown): answer is Readiness => {
  const { ready, work, lanes } = (answer ?? {}) as Partial<Readiness>;
  return typeof ready === 'boolean' && typeof work?.node === 'string' && Array.isArray(lanes);
};
