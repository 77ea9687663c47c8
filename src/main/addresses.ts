import type { Config } from './config/config.js';

export { routerHeader } from '../web/connections.js';

/** Without logins: on this machine, to whoever is on it. */
export const isOpenIn = ({ access, http }: Pick<Config, 'access' | 'http'>): boolean =>
  access.mode === 'development' && isLoopbackHost(http.host);

const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);

/** Where gateways reach this router unless the configuration says otherwise: a wildcard address is no address to call. */
export const publicUrlOf = ({ publicUrl, host, port }: Config['http']): string => {
  if (publicUrl !== undefined) return publicUrl;
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
};
