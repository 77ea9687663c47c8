import type { SitePart } from '../sitePart.js';
import { accountPages } from './account.js';
import { doorPages } from './door.js';
import type { AccessPagesNeeds } from './needs.js';
import { tokensPages } from './tokens.js';
import { userPages } from './user.js';
import { usersPages } from './users.js';

/** The door, one's own account, and for administrators users and tokens. */
export const accessPages = (needs: AccessPagesNeeds): SitePart => ({
  pages: [
    ...doorPages(needs),
    ...accountPages(needs),
    ...usersPages(needs),
    ...userPages(needs),
    ...tokensPages(needs),
  ],
  api: [],
});
