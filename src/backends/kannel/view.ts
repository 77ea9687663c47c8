import type { GatewayView } from '../backend.js';
import { credentialsIn } from '../credentials.js';
import { createClient, toldBy } from '../request.js';
import type { KannelConfig } from './config.js';

/** Bearerbox' own view: its state, its smsboxes, its connections to the network. */
export const viewOf = ({ statusUrl }: KannelConfig, timeoutMs: number): Promise<GatewayView> | undefined =>
  statusUrl === undefined ? undefined : askStatus(statusUrl, timeoutMs);

const askStatus = async (url: string, timeoutMs: number): Promise<GatewayView> => {
  const client = createClient();
  try {
    const answer = await client.request({ url, method: 'GET' }, timeoutMs);
    const { status, body } = answer;
    const secrets = [...new URL(url).searchParams.values(), ...credentialsIn(url)];
    if (/<gateway>\s*Denied/.test(body)) throw new Error('Kannel refuses the password of statusUrl.');
    if (status !== 200 || !body.includes('<gateway>'))
      throw new Error(`it answers ${toldBy(answer, secrets)}`);
    return viewIn(body);
  } finally {
    client.close();
  }
};

/** The page is made of few elements, and always alike. */
export const viewIn = (page: string): GatewayView => {
  const [boxes = ''] = all(page, 'boxes');
  return {
    state: (textIn(page, 'status').split(',')[0] ?? '').trim(),
    takesTexts: all(boxes, 'box').some((box) => textIn(box, 'type') === 'smsbox'),
    links: all(page, 'smsc').map((smsc) => ({
      id: textIn(smsc, 'id') || textIn(smsc, 'name'),
      status: textIn(smsc, 'status'),
      isUp: textIn(smsc, 'status').startsWith('online'),
      queued: Number(textIn(smsc, 'queued')) || 0,
    })),
    waiting: Number(textIn(textIn(textIn(page, 'sms'), 'received'), 'queued')) || 0,
  };
};

const all = (xml: string, element: string): readonly string[] =>
  [...xml.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'gs'))].map(([, inside = '']) => inside);

const textIn = (xml: string, element: string): string => (all(xml, element)[0] ?? '').trim();
