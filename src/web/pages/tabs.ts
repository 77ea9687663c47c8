/** A page in the menu. */
export interface Tab {
  readonly title: string;
  readonly href: string;
}

/** What the configuration says of the menu: `page` names one of ours; without it, `href` leads elsewhere. */
export interface TabWish {
  readonly page?: string | undefined;
  readonly title?: string | undefined;
  readonly href?: string | undefined;
  readonly hidden?: boolean | undefined;
}

/** By the name that a configuration calls it. */
export const ownTabs: Readonly<Record<string, Tab>> = {
  overview: { title: 'Overview', href: '/' },
  messages: { title: 'Messages', href: '/messages/' },
  connections: { title: 'Connections', href: '/connections/' },
  deadletters: { title: 'Dead letters', href: '/deadletters/' },
  backends: { title: 'Backends', href: '/backends/' },
  apps: { title: 'Apps', href: '/apps/' },
  replay: { title: 'Replay', href: '/replay/' },
  tester: { title: 'Tester', href: '/httptester/' },
  audit: { title: 'Audit', href: '/audit/' },
  webhooks: { title: 'Webhooks', href: '/webhooks/' },
  users: { title: 'Users', href: '/users/' },
};

/**
 * Those that the configuration names come first, in its order; the others follow in ours.
 *
 * @param brought - by apps
 * @param present - the paths that there are: a page that this router does not have is in no menu
 */
export const tabsOf = (
  wishes: readonly TabWish[],
  present: ReadonlySet<string>,
  brought: readonly Tab[] = [],
): readonly Tab[] => {
  const named = wishes.map(({ page }) => page);
  const wished = new Set(wishes.map(({ href }) => href));
  const first = wishes.flatMap(({ page, title, href, hidden }) => {
    if (hidden === true) return [];
    const own = page === undefined ? undefined : ownTabs[page];
    if (own !== undefined) return [{ ...own, ...(title === undefined ? {} : { title }) }];
    return href === undefined ? [] : [{ title: title ?? href, href }];
  });
  const rest = Object.entries(ownTabs).flatMap(([page, tab]) => (named.includes(page) ? [] : [tab]));
  const others = brought.filter(({ href }) => !wished.has(href));
  return [...first, ...rest, ...others].filter(({ href }) => !isOurs(href) || present.has(href));
};

const isOurs = (href: string): boolean => Object.values(ownTabs).some((tab) => tab.href === href);
