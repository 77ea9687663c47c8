import type { JSX, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { type Ask, Asking } from './asking.js';
import { Icon } from './parts.js';
import type { Said, Shown } from './route.js';
import { spriteOf } from './sprite.js';
import type { Tab } from './tabs.js';

/** What stands around each page. */
export interface Frame {
  /** Of the service, beside the product's name. */
  readonly title: string;
  readonly version: string;
  readonly node: string;
  readonly tabs: readonly Tab[];
  /** Without logins: said on each page. */
  readonly isOpen: boolean;
}

/** A whole document. */
export const documentOf = (frame: Frame, ask: Ask, shown: Shown, said?: Said): string => {
  const body = renderToString(
    <Asking.Provider value={ask}>
      {shown.isBare === true ? (
        <BareBody said={said}>{shown.body}</BareBody>
      ) : (
        <Body frame={frame} ask={ask} shown={shown} said={said} />
      )}
    </Asking.Provider>,
  );
  const head = renderToString(<Head title={shown.title} language={ask.formats.language} />);
  const live = shown.live === undefined ? '' : ` data-live="${escapeAttribute(JSON.stringify(shown.live))}"`;
  const bare = shown.isBare === true ? ' class="bare"' : '';
  return `<!doctype html>\n<html lang="en">${head}<body${bare}${live}>${body}${spriteOf(body)}</body></html>\n`;
};

const escapeAttribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

const Head = ({ title }: { readonly title: string; readonly language: string }): JSX.Element => (
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>{`${title} · threadless`}</title>
    <link rel="stylesheet" href="/assets/style.css" />
    <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
    <script src="/assets/idiomorph.js" defer />
    <script src="/assets/live.js" defer />
  </head>
);

interface BodyProps {
  readonly frame: Frame;
  readonly ask: Ask;
  readonly shown: Shown;
  readonly said: Said | undefined;
}

const Body = ({ frame, ask, shown, said }: BodyProps): JSX.Element => (
  <>
    <a class="skip" href="#main">
      Skip to the page
    </a>
    <header class="top">
      <Brand title={frame.title} />
      <LiveMark ask={ask} isLive={shown.live !== undefined} />
      {frame.isOpen ? undefined : (
        <a href="/account/" class="nb" title={`${ask.visitor.name}, ${ask.visitor.role}`}>
          {ask.visitor.name}
        </a>
      )}
    </header>
    <Menus tabs={frame.tabs} ask={ask} />
    <main id="main">
      <SaidNote said={said} />
      {shown.body}
    </main>
    <footer>
      <span>
        Times in {ask.formats.zoneSaid} ·{' '}
        <a href={`/preferences/?to=${encodeURIComponent(ask.path)}`}>change</a>
      </span>
      <a href="/marks/">What the marks mean</a>
      <span>
        router {frame.version} on <code>{frame.node}</code>
      </span>
      {frame.isOpen ? (
        <span>Development mode: no login, since this router listens on this machine only.</span>
      ) : (
        <span>
          Signed in as {ask.visitor.name}, {ask.visitor.role} · <a href="/account/">Account, log out</a>
        </span>
      )}
    </footer>
  </>
);

const BareBody = ({
  said,
  children,
}: {
  readonly said: Said | undefined;
  readonly children: VNode;
}): JSX.Element => (
  <>
    <a class="skip" href="#main">
      Skip to the page
    </a>
    <main id="main">
      <SaidNote said={said} />
      {children}
    </main>
  </>
);

/** The product and the service, at the head of each page and on the door. */
export const Brand = ({ title }: { readonly title: string }): JSX.Element => (
  <a class="brand" href="/">
    <svg width="28" height="28" aria-hidden="true">
      <use href="#i-logo" />
    </svg>{' '}
    threadless {title === '' ? undefined : <span>{title}</span>}
  </a>
);

/** Without scripts: as of when the page is. live.js says more. */
const LiveMark = ({ ask, isLive }: { readonly ask: Ask; readonly isLive: boolean }): JSX.Element => (
  <p class="live push" role="status" id="live" data-live-mark={isLive ? 'yes' : 'no'}>
    <Icon name="still" /> <span>As of</span>{' '}
    <span class="soft nb">{ask.formats.minute(new Date(ask.now).toISOString())}</span>
  </p>
);

/** Twice: narrow screens show the one, wide ones the other. */
const Menus = ({ tabs, ask }: { readonly tabs: readonly Tab[]; readonly ask: Ask }): JSX.Element => {
  const current = tabs
    .filter(({ href }) => ask.path === href || (href !== '/' && ask.path.startsWith(href)))
    .toSorted((one, other) => other.href.length - one.href.length)[0];
  const list = (
    <ul>
      {tabs.map((tab) => (
        <li key={tab.href}>
          <a href={tab.href} aria-current={tab === current ? 'page' : undefined}>
            {tab.title}
          </a>
        </li>
      ))}
    </ul>
  );
  return (
    <>
      <details class="menu">
        <summary>
          Menu {current === undefined ? undefined : <span class="soft">· {current.title}</span>}
        </summary>
        <nav aria-label="Pages, folded">{list}</nav>
      </details>
      <nav class="side" aria-label="Pages">
        {list}
      </nav>
    </>
  );
};

const SaidNote = ({ said }: { readonly said: Said | undefined }): JSX.Element | undefined => {
  if (said === undefined) return undefined;
  const { tone, text } = said;
  return (
    <p data-said class={tone === 'warn' ? 'note' : `note ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {text}
    </p>
  );
};
