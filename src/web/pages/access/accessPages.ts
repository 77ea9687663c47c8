import { tokensApi } from '../../api/access/tokens.js';
import { usersApi } from '../../api/access/users.js';
import type { SitePart } from '../sitePart.js';
import { accountPages } from './account.js';
import { loginPages } from './login.js';
import type { AccessPagesNeeds } from './needs.js';
import { setupPages } from './setup.js';
import { tokensPages } from './tokens.js';
import { userPages } from './user.js';
import { usersPages } from './users.js';

/** The door, one's own account, and for administrators users and tokens. */
export const accessPages = (needs: AccessPagesNeeds): SitePart => ({
  pages: [
    ...loginPages(needs),
    ...setupPages(needs),
    ...accountPages(needs),
    ...usersPages(needs),
    ...userPages(needs),
    ...tokensPages(needs),
  ],
  api: [...usersApi(needs), ...tokensApi(needs)],
});
