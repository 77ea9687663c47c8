import type { Asked } from '../backend.js';
import { askOnce, type GatewayAnswer, toldBy } from '../request.js';
import { judge } from './answers.js';
import type { KannelConfig } from './config.js';
import { pair, secretsOf, withQuery } from './send.js';

/** Kannel looks at the user first, then misses the receiver: a call with neither receiver nor text sends nothing. */
export const ask = (config: KannelConfig, timeoutMs: number): Promise<Asked> => {
  const { sendsmsUrl, sendsmsParams } = config;
  const query = Object.entries(sendsmsParams).map(([name, value]) => pair(name, value));
  const url = withQuery(sendsmsUrl, query.join('&'));
  return askOnce({ url, method: 'GET' }, timeoutMs, (answer) => ({
    verdict: verdictOn(answer),
    said: toldBy(answer, secretsOf(config)),
  }));
};

const verdictOn = (answer: GatewayAnswer): Asked['verdict'] => {
  if (answer.status === 400 && /receiver/i.test(answer.body)) return 'willing';
  const verdict = judge(answer);
  // What takes a text for nobody, or refuses it for another reason, is no sendsms.
  return verdict === 'accepted' || verdict === 'rejected' || verdict === 'unclear' ? 'strange' : verdict;
};
