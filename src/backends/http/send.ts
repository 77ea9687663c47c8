import { type Accepted, type Gateway, type OutgoingText, SendError } from '../../outbound/gateway.js';
import { credentialsIn, secretsInHeader } from '../credentials.js';
import { percentEncodeText } from '../encoding/percent.js';
import { codeOfStatus, createClient, type GatewayRequest, shorten, toldBy } from '../request.js';
import { fillUrl, type HttpConfig, hasBody, type OutgoingValue } from './config.js';

export const createGateway = (config: HttpConfig): Gateway => {
  const client = createClient();
  const requestOf = createRequest(config);
  const isSuccess = successTest(config.successStatus);
  const secrets = secretsOf(config);
  return {
    send: async (message, timeoutMs): Promise<Accepted> => {
      const answer = await client.request(requestOf(message), timeoutMs);
      const { status, body } = answer;
      if (!isSuccess(status))
        throw new SendError(codeOfStatus(status), `the gateway answered ${toldBy(answer, secrets)}`);
      return { answer: shorten(body, secrets) || String(status) };
    },
    close: () => client.close(),
  };
};

const successTest = (expected: HttpConfig['successStatus']): ((status: number) => boolean) => {
  if (expected === undefined) return (status) => status >= 200 && status < 300;
  const list = typeof expected === 'number' ? [expected] : expected;
  return (status) => list.includes(status);
};

const createRequest = (config: HttpConfig): ((message: OutgoingText) => GatewayRequest) => {
  const method = config.outgoingMethod ?? (hasBody(config) ? 'POST' : 'GET');
  const bodyOf = createBody(config);
  const type = config.outgoingFormat === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  return (message) => {
    const url = fillUrl(config.outgoingUrl, (name) => percentEncodeText(saying(message, name)));
    const body = bodyOf?.(message);
    const headers = { ...(body !== undefined && { 'content-type': type }), ...config.outgoingHeaders };
    return { url, method, headers, ...(body !== undefined && { body }) };
  };
};

const createBody = (config: HttpConfig): ((message: OutgoingText) => string) | undefined => {
  if (!hasBody(config)) return undefined;
  const { identity = 'identity', text = 'text', messageId, inResponseTo } = config.outgoingFields ?? {};
  const names: [OutgoingValue, string | undefined][] = [
    ['identity', identity],
    ['text', text],
    ['messageId', messageId],
    ['inResponseTo', inResponseTo],
  ];
  return (message) => {
    const fields: [string, string][] = [];
    for (const [value, name] of names) if (name !== undefined) fields.push([name, saying(message, value)]);
    if (config.outgoingFormat === 'json') return JSON.stringify(Object.fromEntries(fields));
    return fields.map(([name, value]) => `${percentEncodeText(name)}=${percentEncodeText(value)}`).join('&');
  };
};

const saying = (message: OutgoingText, name: OutgoingValue): string => {
  switch (name) {
    case 'identity':
      return message.identity;
    case 'text':
      return message.text.toWellFormed();
    case 'messageId':
      return message.messageId;
    case 'inResponseTo':
      return message.inResponseToGatewayId ?? '';
  }
};

/** What a chatty gateway may echo: the headers' values, who we are, and what in the address looks like a key, by its length. */
export const secretsOf = ({ outgoingHeaders, outgoingUrl }: HttpConfig): string[] => [
  ...Object.values(outgoingHeaders).flatMap(secretsInHeader),
  ...credentialsIn(outgoingUrl),
  ...[...new URL(fillUrl(outgoingUrl, () => '')).searchParams.values()].filter((value) => value.length >= 8),
];
