/**
 * An error that says where it was thrown in words that are the same in every folder: the trace keeps them, and the same history
 * is to have the same events wherever it is made.
 */
export const failure = (name: string, message: string, app: string, line: number): Error => {
  const error = new Error(message);
  error.name = name;
  error.stack = `${name}: ${message}\n    at ${app} (/srv/threadless/apps/${app}.js:${line}:11)`;
  return error;
};
