import type { Told } from './checkpoint.js';
import type { WebhookEvent, WebhookSettings } from './settings.js';

/** How a webhook is. */
export type WebhookState =
  /** Nobody works on it, or the store cannot be read: `reason` says it. */
  | 'stopped'
  /** It tells what happened while it was stopped. */
  | 'catching-up'
  | 'running'
  /** At least one conversation's call was tried in vain and is tried again. */
  | 'failing';

/** For those who watch: `/readyz`, `threadless webhooks list`, the page and the API say it in these words. */
export interface WebhookStatus extends Partial<Omit<Told, 'isLive'>> {
  readonly name: string;
  readonly state: WebhookState;
  readonly reason?: string;
}

/** The same with what is configured, and what waits for a person. */
export interface WebhookReport extends WebhookStatus {
  /** Without credentials. */
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly backends?: readonly string[];
  /** Which process works on it; absent: none. */
  readonly node?: string;
  /** Calls that were put aside and not sent again. */
  readonly putAside: number;
  /** True: more than that, which were not counted. */
  readonly orMore: boolean;
}

export const statusOf = (
  { name }: Pick<WebhookSettings, 'name'>,
  told: Told | undefined,
  standsStill: string | undefined,
): WebhookStatus => {
  const { isLive, ...facts }: Partial<Told> = told ?? {};
  if (standsStill !== undefined) return { name, ...facts, state: 'stopped', reason: standsStill };
  const { failing = 0, failure } = facts;
  if (failing > 0)
    return { name, ...facts, state: 'failing', ...(failure === undefined ? {} : { reason: failure.detail }) };
  return { name, ...facts, state: isLive === true ? 'running' : 'catching-up' };
};
