import type { WebhookSettings } from '../webhooks/settings.js';
import { type Config, playedIn } from './config/config.js';
import { blankKnown, blankSecrets, secretsIn } from './secrets.js';

type Configured = Pick<Config, 'webhooks' | 'backends'>;

/** Each webhook, as it is worked on and shown. */
export const webhookSettingsOf = ({ webhooks, backends }: Configured): readonly WebhookSettings[] =>
  Object.entries(webhooks).map(([name, { secret, testers, backends: named, ...settings }]) => ({
    ...settings,
    name,
    shownUrl: (blankSecrets({ url: settings.url }) as { readonly url: string }).url,
    secrets: typeof secret === 'string' ? [secret] : secret,
    leftOut: testers ? [] : playedIn(backends),
    ...(named === undefined ? {} : { backends: named }),
  }));

/** Takes out of what a receiver says whatever tells it who we are. */
export const blankedBy = ({ webhooks }: Pick<Config, 'webhooks'>): ((text: string) => string) => {
  const secrets = secretsIn({ webhooks });
  return (text) => blankKnown(text, secrets);
};
