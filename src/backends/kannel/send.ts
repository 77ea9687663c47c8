import { type Accepted, type Gateway, type OutgoingText, SendError } from '../../outbound/gateway.js';
import { credentialsIn, secretsOfUser } from '../credentials.js';
import { percentEncode, percentEncodeText } from '../encoding/percent.js';
import { createClient, type GatewayRequest, shorten, toldBy } from '../request.js';
import { judge } from './answers.js';
import { createEncoder, type EncodedText } from './coding.js';
import { isOpenParameter, type KannelConfig } from './config.js';

/** A shorter one hides nothing, and stands in every answer. */
const leastSecret = 4;

/** Who we are in sendsms' own names, and whatever else may be a secret. */
export const secretsOf = ({ sendsmsUrl, sendsmsParams }: KannelConfig): readonly string[] => {
  const { username, user = username ?? '', pass, password = pass ?? '' } = sendsmsParams;
  const others = Object.entries(sendsmsParams).flatMap(([name, value]) =>
    isOpenParameter(name) || value.length < leastSecret ? [] : value,
  );
  return [user, ...secretsOfUser(user, password), ...credentialsIn(sendsmsUrl), ...others];
};

/** @param reportUrl - the dlr-url of a text */
export const createGateway = (
  config: KannelConfig,
  reportUrl: (message: OutgoingText) => string,
): Gateway => {
  const client = createClient();
  const encode = createEncoder(config);
  const requestOf = createRequest(config, reportUrl);
  const secrets = secretsOf(config);
  return {
    send: async (message, timeoutMs): Promise<Accepted> => {
      checkReceiver(message.identity);
      const text = encode(message.text);
      checkParts(text.parts, config.maxParts);
      const answer = await client.request(requestOf(message, text), timeoutMs);
      const verdict = judge(answer);
      if (verdict !== 'accepted') throw new SendError(verdict, `Kannel answered ${toldBy(answer, secrets)}`);
      return {
        answer: shorten(answer.body, secrets) || String(answer.status),
        coding: text.coding,
        parts: text.parts,
      };
    },
    close: () => client.close(),
  };
};

/** Kannel cuts `to` at white space and sends to each piece. */
const checkReceiver = (identity: string): void => {
  if (identity === '' || /[\s\0]/.test(identity))
    throw new SendError('rejected', `no single receiver: ${JSON.stringify(identity.slice(0, 40))}`);
};

const checkParts = (parts: number, max: number): void => {
  if (parts > max)
    throw new SendError(
      'rejected',
      `the text has ${parts} parts, and Kannel sends at most ${max} (maxParts)`,
    );
};

/** GET only: Kannel 1.4.5 answers 400 to a posted form, and takes addresses of more than 100 KB. */
const createRequest = (
  { sendsmsUrl, sendsmsParams, dlrMask }: KannelConfig,
  reportUrl: (message: OutgoingText) => string,
): ((message: OutgoingText, text: EncodedText) => GatewayRequest) => {
  const { priority: usualPriority, ...params } = sendsmsParams;
  const fixed = Object.entries(params).map(([name, value]) => pair(name, value));
  return (message, { bytes, number, charset }) => {
    const priority = message.priority === undefined ? usualPriority : priorityOf(message.priority);
    const query = [
      ...fixed,
      pair('to', message.identity),
      `text=${percentEncode(bytes)}`,
      `coding=${number}`,
      ...(charset === undefined ? [] : [pair('charset', charset)]),
      ...(priority === undefined ? [] : [pair('priority', priority)]),
      ...(dlrMask === 0 ? [] : [`dlr-mask=${dlrMask}`, pair('dlr-url', reportUrl(message))]),
    ].join('&');
    return { url: withQuery(sendsmsUrl, query), method: 'GET' };
  };
};

export const withQuery = (url: string, query: string): string =>
  url + (url.includes('?') ? '&' : '?') + query;

export const pair = (name: string, value: string): string =>
  `${percentEncodeText(name)}=${percentEncodeText(value)}`;

/** Kannel knows 0 to 3 and refuses what lies outside. */
const priorityOf = (priority: number): string => String(Math.min(3, Math.max(0, Math.round(priority) || 0)));
