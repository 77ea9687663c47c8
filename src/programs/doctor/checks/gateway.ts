import type { Asked, Backend } from '../../../backends/backend.js';
import { blankSecrets } from '../../../main/secrets.js';
import type { Check } from '../examine.js';
import { broken, type Finding, look, well } from '../finding.js';
import { lasting } from '../words.js';

const patienceMs = 6_000;
/** Of two machines whose clocks agree, a second of the header's resolution included. */
const toleratedMs = 10_000;

/** Asks the gateway whether it would take texts. */
export const answers = (backend: Backend): Check => ({
  about: 'backend.answers',
  examine: async (installation) => {
    const asked = await backend.ask(patienceMs);
    const said = installation.quote(asked.said);
    return [onAnswer(backend, { ...asked, said }), ...clocks(asked, installation.now)];
  },
});

const addressOf = ({ address }: Backend): string =>
  (blankSecrets({ address }) as { address: string }).address;

const onAnswer = (backend: Backend, { verdict, said, isSentOn }: Asked): Finding => {
  const [about, at] = ['backend.answers', addressOf(backend)];
  const isKannel = backend.engine === 'kannel';
  const key = isKannel ? 'sendsmsUrl' : 'outgoingUrl';
  if (isSentOn) return sentOn(at, said, key);
  switch (verdict) {
    case 'willing':
      return well(
        about,
        isKannel ? `Kannel answers at ${at} and knows the user.` : `It answers at ${at} (${said}).`,
      );
    case 'unreachable':
      return broken(
        about,
        `The gateway cannot be reached at ${at} (${said}).`,
        `Texts wait and leave when it is back. Start it, or mend the way to it (${key}, firewall, certificate).`,
      );
    case 'foreign':
      return otherLanguage(at, said, key);
    case 'misconfigured':
      return broken(
        about,
        `The gateway refuses the router at ${at} (${said}).`,
        isKannel
          ? 'Texts wait until that is mended. 403: sendsmsParams has another username or password than the sendsms-user of Kannel, or this machine is not in its user-allow-ip. 404: sendsmsUrl is not the address of sendsms.'
          : 'Texts wait until that is mended: outgoingHeaders, or the key in outgoingUrl, is not what it takes.',
      );
    case 'strange':
      return isKannel
        ? broken(
            about,
            `What answers at ${at} does not answer as Kannel's sendsms does (${said}).`,
            'Another program listens there, or the path is another one: sendsmsUrl is http://HOST:13013/cgi-bin/sendsms unless Kannel says otherwise (sendsms-port, sendsms-url).',
          )
        : look(
            about,
            `Something answers at ${at}, and not as one that takes texts there (${said}).`,
            'Many services know only complete calls, then this is well. Compare outgoingUrl with what the service says, and see below whether texts were taken.',
          );
    case 'throttled':
      return look(
        about,
        `The gateway at ${at} is in trouble or busy (${said}).`,
        isKannel
          ? 'Texts are tried again. Kannel says so while bearerbox is away or its queue is full: look at its status page.'
          : 'Texts are tried again. If it stays, ask those who run it.',
      );
    default:
      return broken(
        about,
        `Something takes connections at ${at} and gives no answer (${said}).`,
        'A text that meets this may or may not have been sent. Look at the gateway: it hangs, or what listens there is no HTTP server.',
      );
  }
};

/** Another service may answer otherwise to a whole call. */
const sentOn = (at: string, said: string, key: 'sendsmsUrl' | 'outgoingUrl'): Finding =>
  (key === 'sendsmsUrl' ? broken : look)(
    'backend.answers',
    `What answers at ${at} sends callers on to another address (${said}).`,
    `No text follows: one that is answered so counts as refused, and the others wait. If that address is the gateway's, set ${key} to it; a page to log in means that it does not know who we are.`,
  );

const otherLanguage = (at: string, said: string, key: string): Finding =>
  broken(
    'backend.answers',
    at.startsWith('https:')
      ? `Something answers at ${at} and speaks no TLS (${said}).`
      : `Something answers at ${at} and speaks no HTTP (${said}).`,
    at.startsWith('https:')
      ? `No text gets there. If it is the gateway's port without TLS, let ${key} begin with http:, or name the port with TLS; else another program listens there.`
      : `Another program listens there, or it is a port for TLS: then ${key} begins with https:. Compare the port with what the gateway says.`,
  );

const clocks = ({ date }: Asked, now: number): readonly Finding[] => {
  const ahead = date === undefined ? Number.NaN : Date.parse(date) - now;
  if (Number.isNaN(ahead) || Math.abs(ahead) <= toleratedMs) return [];
  return [
    look(
      'backend.clock',
      `This machine's clock is ${lasting(Math.abs(ahead))} ${ahead > 0 ? 'behind' : 'ahead of'} the gateway's.`,
      'Times of reports and of messages do not fit together. Set both clocks: timedatectl set-ntp true.',
    ),
  ];
};

/** How the gateway sees itself, where it is configured where to ask. */
export const gatewayView = (backend: Backend): Check => ({
  about: 'backend.view',
  examine: async (installation) => {
    try {
      const view = await backend.view(patienceMs);
      if (view === undefined)
        return backend.engine === 'kannel'
          ? [
              well(
                'backend.view',
                "Kannel's own view was not asked: set statusUrl to see its connections to the network.",
              ),
            ]
          : [];
      const { state, takesTexts, links, waiting } = view;
      const down = links.filter(({ isUp }) => !isUp);
      return [
        ...(state === 'running' ? [] : [notRunning(state)]),
        ...(takesTexts ? [] : [noSmsbox]),
        ...down.map(({ id, status, queued }) => linkDown(id, status, queued)),
        ...(waiting > 0 ? [stuck(waiting)] : []),
        ...(state === 'running' && takesTexts && down.length === 0 && waiting === 0
          ? [
              well(
                'backend.view',
                `Kannel is running, ${links.map(({ id, status }) => `${id} ${status}`).join(', ') || 'without a network'}.`,
              ),
            ]
          : []),
      ];
    } catch (error) {
      return [
        look(
          'backend.view',
          `Kannel's status page cannot be had: ${installation.quote(error)}`,
          'Set statusUrl to http://HOST:ADMINPORT/status.xml?password=STATUS-PASSWORD, with admin-port and status-password of the core group; admin-allow-ip must have this machine.',
        ),
      ];
    }
  },
});

const notRunning = (state: string): Finding =>
  broken(
    'backend.view',
    `Kannel is ${state}.`,
    'It takes or delivers no messages so. curl "http://HOST:ADMINPORT/resume?password=…" ends suspended and isolated; full says that its queue is at its limit.',
  );

const noSmsbox = broken(
  'backend.view',
  "No smsbox is connected to Kannel's bearerbox.",
  'Neither messages nor texts get through. Start smsbox, after bearerbox, with the same configuration.',
);

const linkDown = (id: string, status: string, queued: number): Finding =>
  broken(
    'backend.view',
    `Kannel's connection ${id} to the network is ${status}, ${queued} texts wait there.`,
    'Kannel takes texts and keeps them; none reaches a phone by it. Look into the log of bearerbox, and ask the operator.',
  );

const stuck = (waiting: number): Finding =>
  look(
    'backend.view',
    `${waiting} messages for the router wait in Kannel.`,
    "smsbox has not offered them yet: the router is away or slow, or no smsbox takes them. If the number grows, look at smsbox' log and at get-url.",
  );
