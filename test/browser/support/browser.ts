import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ExecutionContext } from 'ava';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let launched: Promise<Browser> | undefined;

/** Debian's own: what .ci/run installs. */
const browser = (): Promise<Browser> => {
  launched ??= chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // As root, as CI is.
    args: ['--no-sandbox'],
  });
  return launched;
};

export const closeBrowser = async (): Promise<void> => (await launched)?.close();

export interface Look {
  readonly width?: 360 | 1280;
  readonly scheme?: 'light' | 'dark';
  readonly scripts?: boolean;
}

/** The screens that everything is tried at. */
export const looks: readonly Required<Omit<Look, 'scripts'>>[] = [
  { width: 1280, scheme: 'light' },
  { width: 360, scheme: 'dark' },
];

/** A window of a person. What goes wrong in it, or asks another host, fails the test. */
export const openPage = async (t: ExecutionContext, url: string, look: Look = {}): Promise<Page> => {
  const { width = 1280, scheme = 'light', scripts = true } = look;
  const options: BrowserContextOptions = {
    viewport: { width, height: width === 360 ? 740 : 900 },
    colorScheme: scheme,
    javaScriptEnabled: scripts,
    locale: 'en-GB',
    timezoneId: 'Africa/Kampala',
    reducedMotion: 'reduce',
  };
  const context = await (await browser()).newContext(options);
  t.teardown(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const host = new URL(url).host;
  page.on('pageerror', (error) => t.fail(`A script failed: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
      t.fail(message.text());
  });
  page.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.protocol.startsWith('http') && asked.host !== host)
      t.fail(`Another host was asked: ${asked.href}`);
  });
  await page.goto(url);
  return page;
};

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What hinders someone with a screen reader, a keyboard or weak eyes: none of it serious. */
export const isAccessible = async (t: ExecutionContext, page: Page): Promise<void> => {
  await page.evaluate(axeSource);
  const findings = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: readonly Finding[] }> };
    };
    return (await axe.run({ resultTypes: ['violations'] })).violations;
  });
  const serious = findings.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  t.deepEqual(
    serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`),
    [],
    page.url(),
  );
};

/** Nothing is cut off at the side. */
export const fits = async (t: ExecutionContext, page: Page): Promise<void> => {
  const wide = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = (
      globalThis as unknown as { document: { documentElement: { scrollWidth: number; clientWidth: number } } }
    ).document.documentElement;
    return scrollWidth - clientWidth;
  });
  t.true(wide <= 0, `${page.url()} is ${wide} px wider than the screen`);
};

/** Until the page says so. */
export const says = async (
  t: ExecutionContext,
  page: Page,
  selector: string,
  text: string,
): Promise<void> => {
  await t.notThrowsAsync(page.locator(selector).filter({ hasText: text }).first().waitFor());
};
