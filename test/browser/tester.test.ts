// Write as a phone would, see the answer and why: in a browser, as a newcomer does.
import test from 'ava';
import { closeBrowser, fits, isAccessible, looks, openPage, says } from './support/browser.js';
import { router, say } from './support/router.js';

test.after.always(closeBrowser);

for (const look of looks) {
  test(`a text is answered in place, and why can be read, at ${look.width} px, ${look.scheme}`, async (t) => {
    const { url } = await router(t);
    const page = await openPage(t, `${url}/httptester/`, look);
    t.regex(page.url(), /\/httptester\/httptester\/\d{9}\/$/);
    await page.getByLabel('Text from this phone').fill('register Asha');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await says(t, page, '.talk .out', 'Thank you for registering, Asha!');
    // The report comes a moment later, by itself.
    await says(t, page, '.talk .out', 'delivered');
    t.is(await page.getByLabel('Text from this phone').inputValue(), '');
    await page.getByText('Why', { exact: true }).click();
    await says(t, page, '.story', 'handled by registration');
    await says(t, page, '.story', 'registration.ContactRegistered');
    await says(t, page, '.story', 'That is today');
    await says(t, page, '.story ins', 'Asha');
    await fits(t, page);
    await isAccessible(t, page);
  });
}

test('without scripts, Send brings the page again with the answer in it', async (t) => {
  const { url } = await router(t);
  const page = await openPage(t, `${url}/httptester/httptester-public/381940552/`, { scripts: false });
  await page.getByLabel('Text from this phone').fill('register <b>Asha</b> & "sons"');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await says(t, page, '.talk .out', 'Thank you for registering, <b>Asha</b> & "sons"!');
  await says(t, page, '.live', 'As of');
});

test('what becomes of an answer is played as the sender says', async (t) => {
  const { url } = await router(t);
  const page = await openPage(t, `${url}/httptester/httptester-public/381940552/`);
  await page.getByLabel('Text from this phone').fill('ping');
  await page.getByLabel('What becomes of answers to it').selectOption('failed');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await says(t, page, '.talk .out', 'failed');
});

test('several phones stand side by side, and one click makes a new number', async (t) => {
  const { url } = await router(t);
  const page = await openPage(t, `${url}/httptester/httptester-public/381940552/`);
  await page.getByRole('button', { name: 'Another phone' }).click();
  await page.locator('.phone').nth(1).waitFor();
  const second = page.locator('.phone').nth(1);
  await second.getByLabel('Text from this phone').fill('echo from the second');
  await second.getByRole('button', { name: 'Send', exact: true }).click();
  await second.locator('.talk .out').filter({ hasText: 'from the second' }).waitFor();
  await page.locator('.phone').first().getByRole('button', { name: 'New number' }).click();
  await page.waitForURL((now) => !now.pathname.includes('381940552'));
  t.is(await page.locator('.phone').count(), 2);
});

test('a file is sent line by line, and what is said of it stays while the page lives', async (t) => {
  const { url } = await router(t);
  const page = await openPage(t, `${url}/httptester/httptester-public/381940552/`);
  const buffer = Buffer.from('echo one\n\n256700000001,"echo ""two"", three"\r\n');
  await page
    .getByLabel('One message a line')
    .setInputFiles({ name: 'reports.csv', mimeType: 'text/csv', buffer });
  await page.getByRole('button', { name: 'Send all lines' }).click();
  await says(t, page, '.note.ok', 'reports.csv: 2 lines sent. 1 empty ones were left out.');
  await says(t, page, '.reg', '"two", three');
  await says(t, page, '.talk .out', 'one');
});

test('what another sends shows by itself, and only while someone looks', async (t) => {
  const { url } = await router(t);
  const page = await openPage(t, `${url}/httptester/httptester-public/381940552/`);
  await says(t, page, '.live', 'Live');
  await say(url, '381940552', 'echo from elsewhere');
  await says(t, page, '.talk .out', 'from elsewhere');
});

test('eight tabs share one connection', async (t) => {
  const { url } = await router(t);
  const first = await openPage(t, `${url}/httptester/httptester-public/381940552/`);
  const listening = new Set<string>();
  first.context().on('request', (request) => {
    if (request.url().includes('/live?')) listening.add(request.url());
  });
  const tabs = [first];
  for (let nth = 0; nth < 7; nth += 1) {
    const tab = await first.context().newPage();
    await tab.goto(`${url}/httptester/httptester-public/381940552/`);
    tabs.push(tab);
  }
  await say(url, '381940552', 'echo to all of you');
  for (const tab of tabs) {
    await tab.bringToFront();
    await says(t, tab, '.talk .out', 'to all of you');
  }
  t.true(listening.size <= 8);
});
