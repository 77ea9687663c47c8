import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AnyApp, checkApp } from './app.js';

/** The app that a module has as its default export. @throws whatever the module throws, and {@link checkApp} */
export const importApp = async (path: string): Promise<AnyApp> => {
  const { default: app } = (await import(pathToFileURL(resolve(path)).href)) as { default?: unknown };
  checkApp(app);
  return app;
};
