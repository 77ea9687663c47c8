// Stop a gateway's texts for a while and let them go on: in a browser, as who runs the service does.
import test from 'ava';
import { closedPort } from '../backends/server.js';
import { closeBrowser, fits, isAccessible, looks, openPage, says } from './support/browser.js';
import { router, say } from './support/router.js';

test.after.always(closeBrowser);

const lane = '#lane-httptester-public';

for (const look of looks) {
  test(`a backend is paused and resumed with a reason, at ${look.width} px, ${look.scheme}`, async (t) => {
    const running = await router(t, {
      apps: ['echo'],
      backends: {
        'httptester-public': { engine: 'httptester' },
        'simple-http': {
          engine: 'http',
          outgoingUrl: `http://127.0.0.1:${await closedPort()}/?to=%(identity)s&text=%(text)s`,
        },
      },
    });
    const { url } = running;
    await running.incoming('simple-http', '1', 'echo hi');
    const page = await openPage(t, `${url}/backends/`, look);
    await says(t, page, '#lane-simple-http', 'The gateway cannot be reached');
    const shown = page.locator(lane);
    await shown.getByText('Pause it…').click();
    await shown.getByLabel('Why (recorded with your name)').fill('training at 15:00');
    await shown.getByRole('button', { name: 'Pause' }).click();
    await says(t, page, '[data-said]', 'is paused');
    await says(t, page, lane, 'training at 15:00');
    // What waits is shown without a reload.
    await say(url, '1', 'echo hello');
    await shown
      .locator('.facts div')
      .filter({ hasText: 'Waiting' })
      .getByText('1', { exact: true })
      .waitFor();
    await shown.getByText('Configuration', { exact: true }).click();
    await fits(t, page);
    await isAccessible(t, page);
    await shown.getByRole('button', { name: 'Resume' }).click();
    await says(t, page, lane, 'running');
    await says(t, page, lane, 'Nothing waits.');
  });
}

test('without scripts, a backend is paused and resumed too', async (t) => {
  const { url } = await router(t);
  const page = await openPage(t, `${url}/backends/`, { scripts: false });
  const shown = page.locator(lane);
  await shown.getByText('Pause it…').click();
  await shown.getByLabel('Why (recorded with your name)').fill('repair');
  await shown.getByRole('button', { name: 'Pause' }).click();
  await says(t, page, lane, 'repair');
  await shown.getByRole('button', { name: 'Resume' }).click();
  await says(t, page, lane, 'running');
});

test('another window hears of a pause by itself', async (t) => {
  const { url } = await router(t);
  const [one, other] = [await openPage(t, `${url}/backends/`), await openPage(t, `${url}/backends/`)];
  await says(t, other, '#live', 'Live');
  await one.locator(lane).getByText('Pause it…').click();
  await one.locator(lane).getByLabel('Why (recorded with your name)').fill('repair');
  await one.locator(lane).getByRole('button', { name: 'Pause' }).click();
  await says(t, other, lane, 'repair');
});
