// The first page, and what the apps do, as someone sees them who looks after the service.
import test, { type ExecutionContext } from 'ava';
import { closeBrowser, fits, isAccessible, looks, openPage, says } from './support/browser.js';
import { router } from './support/router.js';

test.after.always(closeBrowser);

/** Phones that are played do not count: these write by way of a service. */
const running = async (t: ExecutionContext) => {
  const backends = { 'simple-http': { engine: 'http', outgoingUrl: 'http://127.0.0.1:9/?t=%(text)s' } };
  const opened = await router(t, { backends });
  const say = (text: string) => opened.incoming('simple-http', '256700000001', text);
  return { url: opened.url, say };
};

for (const look of looks) {
  test(`the overview follows what comes in, and says what waits, at ${look.width} px, ${look.scheme}`, async (t) => {
    const { url, say } = await running(t);
    const page = await openPage(t, url, look);
    await says(t, page, '.lede', 'nothing waits for a person');
    await say('fail');
    await says(t, page, '.lede', '1 message waits for a person');
    await page.getByText('The numbers').click();
    await says(t, page, 'caption', 'Messages by hour');
    await isAccessible(t, page);
    await fits(t, page);
  });

  test(`what the apps do is told by phase, at ${look.width} px, ${look.scheme}`, async (t) => {
    const { url, say } = await running(t);
    const page = await openPage(t, `${url}/apps/`, look);
    await say('visit Kojja');
    await says(t, page, '.lede', 'about 1 message, and no call failed');
    await says(t, page, 'section', 'Times by phase');
    await isAccessible(t, page);
    await fits(t, page);
  });
}

test('the overview reads without scripts, in whatever zone is asked for', async (t) => {
  const { url, say } = await running(t);
  await say('visit Kojja');
  const page = await openPage(t, `${url}/preferences/?to=%2F`, { scripts: false });
  await page.getByLabel(/A place such as/).fill('Asia/Kathmandu');
  await page.getByRole('button', { name: 'Show times so' }).click();
  await says(t, page, '#main', 'Ways out');
  await says(t, page, 'footer', 'Asia/Kathmandu (UTC+05:45)');
});
