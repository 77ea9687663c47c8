import { linkPath } from '../../../access/linkPath.js';
import type { MadeLink } from '../../../access/users.js';
import type { Ask } from '../asking.js';
import { Note, Time } from '../parts.js';
import type { Shown } from '../route.js';

/** Shown at once and never again: a reload makes another one. */
export const linkPage = ({ origin }: Ask, name: string, link: MadeLink): Shown => ({
  kind: 'page',
  title: 'A link',
  body: (
    <>
      <header>
        <h1>
          A link for <bdi>{name}</bdi>
        </h1>
        <p class="lede">
          Hand it over now: it is shown once, works once, and until <Time at={link.endsAt} as="minute" />.
        </p>
      </header>
      <Note tone="ok">
        <code>
          {origin}
          {linkPath(name, link.secret)}
        </code>
      </Note>
      <p>Whoever opens it chooses the password. So hand it over on a way that nobody else reads.</p>
      <p>
        <a href="/users/">Users</a>
      </p>
    </>
  ),
});
