// From the first start with a login to a second user, in a browser; without scripts too, since nothing here needs them.
import test from 'ava';
import { closeBrowser, fits, isAccessible, looks, openPage, says } from './support/browser.js';
import { router } from './support/router.js';

test.after.always(closeBrowser);

const password = 'correct horse battery';

for (const [look, scripts] of [
  [looks[0], true],
  [looks[1], false],
] as const)
  test(`the first admin chooses a password and adds a user, at ${look?.width} px, ${scripts ? 'with' : 'without'} scripts`, async (t) => {
    const running = await router(t, { access: { mode: 'login' } });
    const link = (await running.firstLink())?.url ?? '';
    const page = await openPage(t, link, { ...look, scripts });
    // What checks a page is a script.
    const check = async () => {
      await fits(t, page);
      if (scripts) await isAccessible(t, page);
    };
    await check();
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Keep it and log in' }).click();
    await page.waitForURL(`${running.url}/`);

    await page.goto(`${running.url}/users/`);
    await page.getByLabel('Name').fill('Asha');
    await page.getByLabel('Role').selectOption('operator');
    await check();
    await page.getByRole('button', { name: 'Add, and make a link' }).click();
    await says(t, page, '.note', '/setup/?name=asha&link=');
    await check();
    const second = (await page.locator('.note code').innerText()).trim();
    await page.goto(`${running.url}/users/asha/`);
    await check();
    await page.goto(`${running.url}/tokens/`);
    await page.getByLabel('Name of the program').fill('shop');
    await page.getByLabel('read', { exact: true }).check();
    await page.getByRole('button', { name: 'Make it' }).click();
    await says(t, page, '.note', 'threadless_shop.');
    await page.goto(`${running.url}/tokens/`);
    await says(t, page, '.reg', 'shop');
    await check();

    await page.goto(`${running.url}/account/`);
    await check();
    await page.getByRole('button', { name: 'Log out here' }).click();
    await page.getByLabel('Name').fill('admin');
    await page.getByLabel('Password').fill('not this one');
    await page.getByRole('button', { name: 'Log in' }).click();
    await says(
      t,
      page,
      '.note.bad',
      'Name or password is wrong. 4 tries are left, then 15 minutes of waiting.',
    );
    await check();

    await page.goto(second);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Keep it and log in' }).click();
    await page.goto(`${running.url}/account/`);
    await says(t, page, '.lede', 'You are asha, operator.');
    await page.goto(`${running.url}/users/`);
    await says(t, page, 'main', 'This is not for the role operator.');
    await page.goto(second);
    await says(t, page, 'h1', 'This link works no longer');
    await check();
  });
