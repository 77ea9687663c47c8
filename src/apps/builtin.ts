import { type AnyApp, defineApp } from './app.js';
import { keyword, pattern } from './handlers.js';

export const echo = defineApp({
  name: 'echo',
  handle: keyword('echo', {
    help: (message) => message.respond('To echo some text, send: ECHO <ANYTHING>'),
    handle: (rest, message) => message.respond(rest),
  }),
});

export const ping = defineApp({
  name: 'ping',
  handle: pattern(/\s*ping\s*$/, (_groups, message) => message.respond('pong')),
});

/** Answers what no app understood. */
export const defaultApp = (response: string): AnyApp =>
  defineApp({
    name: 'default',
    default: (message) => {
      message.respond(response);
      return true;
    },
  });

/** The apps that come with the router, by the name that the configuration uses. */
export const builtinApps = (settings: {
  readonly defaultResponse: string;
}): Readonly<Record<string, AnyApp>> => ({
  echo,
  ping,
  default: defaultApp(settings.defaultResponse),
});
