import type { Asked } from '../backend.js';
import { askOnce, codeOfStatus, toldBy } from '../request.js';
import type { HttpConfig } from './config.js';
import { secretsOf } from './send.js';

/** Without what is filled in for each text, and without the query, in which a key may stand. */
export const addressOf = ({ outgoingUrl }: HttpConfig): string =>
  outgoingUrl.replace(/(?:\?|%\().*$/s, '').replaceAll('%%', '%');

/** Services differ, and none says how it is asked without a text. OPTIONS does nothing by the rules of HTTP, whatever it answers. */
export const ask = (config: HttpConfig, timeoutMs: number): Promise<Asked> => {
  const request = { url: addressOf(config), method: 'OPTIONS', headers: config.outgoingHeaders } as const;
  return askOnce(request, timeoutMs, (answer) => ({
    verdict: verdictOn(answer.status),
    said: toldBy(answer, secretsOf(config)),
  }));
};

const verdictOn = (status: number): Asked['verdict'] => {
  // A service need not know OPTIONS, nor the address without its query: told as strange, since it may be the wrong one, or refuse us.
  if ([403, 404, 410].includes(status) || (status >= 300 && status < 400)) return 'strange';
  if (status === 401 || status === 407) return 'misconfigured';
  const code = codeOfStatus(status);
  return code === 'throttled' || status === 504 ? 'throttled' : 'willing';
};
