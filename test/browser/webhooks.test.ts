// What a receiver refused, seen and sent again in a browser.
import test, { type ExecutionContext } from 'ava';
import { eventually } from '../kannel/support/wait.js';
import { ReceiverServer, secret } from '../webhooks/support/receiver.js';
import { closeBrowser, fits, isAccessible, looks, openPage } from './support/browser.js';
import { router, say } from './support/router.js';

test.after.always(closeBrowser);

const limitMs = 20_000;

/** A router whose webhook has refused one call for too long, of a person whose name tries to act. */
const refused = async (t: ExecutionContext) => {
  const receiver = new ReceiverServer((_, response) => {
    response.writeHead(422).end('<img src=x onerror=alert(1)> no village');
    return undefined;
  });
  const clinic = {
    url: await receiver.listen(),
    secret,
    testers: true,
    events: ['received'],
    giveUpAfterMs: 1,
  };
  t.teardown(() => receiver.close());
  const running = await router(t, { webhooks: { clinic: { ...clinic, retry: { firstDelayMs: 1 } } } });
  const shows = (what: RegExp) =>
    eventually(`the page to show ${what}`, limitMs, async () =>
      what.test(await (await fetch(`${running.url}/webhooks/`)).text()),
    );
  await shows(/running/);
  await say(running.url, '<b>a/b#?\\..', 'hello');
  await shows(/wait for a person/);
  receiver.answering = () => 200;
  return { receiver, url: running.url };
};

for (const look of looks) {
  test(`what was refused is found and sent again, at ${look.width} px, ${look.scheme}`, async (t) => {
    const { url, receiver } = await refused(t);
    const page = await openPage(t, `${url}/webhooks/`, look);
    await fits(t, page);
    await isAccessible(t, page);
    await page.getByRole('link', { name: 'See what was put aside' }).click();
    await page.getByText('no village').waitFor();
    await fits(t, page);
    await isAccessible(t, page);
    await page.getByRole('checkbox').check();
    await page.getByLabel('Why').fill('the register knows it now');
    await page.getByRole('button', { name: 'Send the chosen again' }).click();
    await page.getByText('1 call is sent again.').waitFor();
    await eventually('the call', limitMs, () => receiver.accepted.length === 1);
    t.is(receiver.accepted[0]?.identity, '<b>a/b#?\\..');
  });
}

test('all of it works without scripts', async (t) => {
  const { url, receiver } = await refused(t);
  const page = await openPage(t, `${url}/webhooks/clinic/`, { scripts: false });
  await page.getByRole('button', { name: 'Send all 1 again' }).click();
  await page.getByText('1 call is sent again.').waitFor();
  await eventually('the call', limitMs, () => receiver.accepted.length === 1);
  t.pass();
});
