#!/usr/bin/env node
// A phone for the `http` backend: it posts what is typed, and prints what the router sends back.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const usage = `Usage: npm run phone                    then type a text a line
       npm run phone -- "echo hi"       send one, print the answer, end

Options (after --):
  --identity NUMBER   the phone's number (default 1112223333)
  --router URL        the backend's address (default http://127.0.0.1:8000/http/simple-http/, or the port in PORT)
  --port PORT         where the router's answers come in, on 127.0.0.1 (default 8001): the backend's
                      outgoingUrl must be http://127.0.0.1:PORT/?identity=%(identity)s&text=%(text)s
  --wait SECONDS      how long texts that are not typed wait for an answer (default 40)`;

/** After this it says why an answer may take longer. */
const explainMs = 3_000;
const explanation =
  'no answer yet: a router that found no phone here before tries again within half a minute';
/** How long a single text waits for a further answer. */
const furtherAnswerMs = 500;

/** Something that the person at the keyboard can mend. */
class Problem extends Error {}

const read = () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      identity: { type: 'string', default: '1112223333' },
      router: { type: 'string', default: `http://127.0.0.1:${process.env.PORT || 8000}/http/simple-http/` },
      port: { type: 'string', default: '8001' },
      // More than the 30 seconds after which a router tries at the latest (probe.maxMs).
      wait: { type: 'string', default: '40' },
    },
  });
  if (!(Number(values.wait) > 0)) throw new Problem(`--wait expects seconds, got ${values.wait}`);
  return { ...values, text: positionals.length === 0 ? undefined : positionals.join(' ') };
};

/** Calls `onAnswer` with every text for our identity, whether it comes in the query or in a form. */
const listen = (port, identity, onAnswer) => {
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { searchParams } = new URL(request.url, 'http://phone');
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const field = (name) => searchParams.get(name) ?? form.get(name);
    response.setHeader('content-type', 'text/plain');
    if (field('text') === null) {
      response.statusCode = 400;
      response.end('identity and text, please');
      return;
    }
    response.end('OK');
    onAnswer(field('identity') === identity ? field('text') : `(for ${field('identity')}) ${field('text')}`);
  });
  return new Promise((done, fail) => {
    server.once('error', (error) => {
      const taken = error.code === 'EADDRINUSE';
      fail(
        taken ? new Problem(`port ${port} is taken: is another phone running? --port chooses one`) : error,
      );
    });
    server.listen(Number(port), '127.0.0.1', () => done(server));
  });
};

const post = async (router, identity, text) => {
  let response;
  try {
    response = await fetch(router, { method: 'POST', body: new URLSearchParams({ identity, text }) });
  } catch (error) {
    const reason = error.cause?.code ?? error.cause?.message ?? error.message;
    throw new Problem(`no router at ${router} (${reason}). Start it in another terminal: npm start`);
  }
  const body = await response.text();
  if (!response.ok) throw new Problem(`the router answers ${response.status}: ${body.trim()}`);
};

const sendOne = async ({ router, identity, port, wait, text }) => {
  let answered = 0;
  let done;
  const enough = new Promise((resolve) => {
    done = resolve;
  });
  let timer;
  let explain;
  const server = await listen(port, identity, (answer) => {
    console.log(answer);
    answered += 1;
    clearTimeout(explain);
    clearTimeout(timer);
    timer = setTimeout(done, furtherAnswerMs);
  });
  try {
    await post(router, identity, text);
    if (answered === 0) {
      timer = setTimeout(done, Number(wait) * 1_000);
      explain = setTimeout(() => console.error(`phone: ${explanation}`), explainMs);
    }
    await enough;
    if (answered === 0) throw new Problem(`no answer in ${wait} seconds`);
  } finally {
    clearTimeout(explain);
    clearTimeout(timer);
    server.close();
    server.closeAllConnections();
  }
};

const converse = async ({ router, identity, port, wait }) => {
  let lines;
  let open = false;
  const interactive = process.stdin.isTTY;
  let owed = 0;
  let allAnswered = () => {};
  // Only for who types, and not when the input has ended.
  const prompt = (keep) => {
    if (interactive && open) lines.prompt(keep);
  };
  const server = await listen(port, identity, (answer) => {
    if (interactive) process.stdout.write('\r\x1b[K');
    console.log(`${identity} < ${answer}`);
    owed -= 1;
    if (owed <= 0) allAnswered();
    prompt(true);
  });
  // Not before the wait above: lines that came meanwhile would be lost.
  lines = createInterface({ input: process.stdin, output: process.stdout, prompt: `${identity} > ` });
  open = true;
  lines.once('close', () => {
    open = false;
  });
  console.log(`Type a text and press Enter. It goes to ${router}. Ctrl-D ends.`);
  prompt();
  try {
    for await (const line of lines) {
      if (line !== '') {
        owed += 1;
        await post(router, identity, line).catch((error) => {
          owed -= 1;
          complain(error);
        });
      }
      prompt();
    }
    console.log();
    // Who pipes lines in wants their answers; who types has seen what there is.
    if (!interactive && owed > 0) {
      const late = setTimeout(() => allAnswered(), Number(wait) * 1_000);
      await new Promise((resolve) => {
        allAnswered = resolve;
      });
      clearTimeout(late);
    }
  } finally {
    server.close();
    server.closeAllConnections();
  }
};

const complain = (error) => {
  const known = error instanceof Problem || String(error?.code).startsWith('ERR_PARSE_ARGS');
  console.error(known ? `phone: ${error.message}` : error);
};

try {
  const options = read();
  if (options.help) console.log(usage);
  else if (options.text === undefined) await converse(options);
  else await sendOne(options);
} catch (error) {
  complain(error);
  process.exitCode = 1;
}
