// Makes a page live: when something happens that it is about, it reads itself again and changes what is different, or says that there is
// more. All tabs of a browser share one connection, which the tab holds that has the lock; nobody listens while hidden. Without this file
// every page works: a reload renews it.
(() => {
  const topics = JSON.parse(document.body.dataset.live ?? '[]');
  const mark = document.getElementById('live');
  const channel = 'BroadcastChannel' in window ? new BroadcastChannel('threadless-live') : undefined;
  let due;
  let last;
  let laterMs = 400;
  const tab = crypto.randomUUID?.() ?? String(Math.random());

  rememberZone();
  lookAgainWhileBehind();
  document.addEventListener('submit', sendWithin);
  document.addEventListener('click', showNews);
  if (topics.length > 0 && channel !== undefined && navigator.locks !== undefined) follow();

  /** Times are shown in the reader's zone from the second page on, unless another was chosen. */
  function rememberZone() {
    if (/(?:^|; )zone=/.test(document.cookie)) return;
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    if (timeZone !== undefined)
      document.cookie = `zone=${encodeURIComponent(timeZone)}; Path=/; SameSite=Lax; Max-Age=31536000`;
  }

  function follow() {
    /** By tab: what it wants to hear. Only the tab that holds the connection needs it. */
    const wanted = new Map();
    let source;
    let release;
    let leaving;

    channel.onmessage = ({ data }) => {
      if (data.news !== undefined) hear(data.news);
      if (data.state !== undefined) show(data.state);
      if (data.opened === true) lookOnce();
      if (data.who === true && !document.hidden) announce();
      if (data.tab !== undefined && release !== undefined) want(data.tab, data.topics);
    };
    document.addEventListener('visibilitychange', () => (document.hidden ? leave() : enter()));
    window.addEventListener('pagehide', leave);
    window.addEventListener('pageshow', ({ persisted }) => persisted && enter());
    if (!document.hidden) enter(true);

    function enter(isFirst = false) {
      leaving = new AbortController();
      announce();
      if (!isFirst) void renew();
      navigator.locks.request('threadless-live', { signal: leaving.signal }, hold).catch(() => {});
    }

    function leave() {
      channel.postMessage({ tab, topics: [] });
      leaving?.abort();
      source?.close();
      source = undefined;
      release?.();
      release = undefined;
      wanted.clear();
      show('still');
    }

    function announce() {
      channel.postMessage({ tab, topics });
    }

    /** This tab listens for all, until it is hidden. */
    function hold() {
      if (document.hidden) return undefined;
      want(tab, topics);
      channel.postMessage({ who: true });
      return new Promise((resolve) => {
        release = resolve;
        listen();
      });
    }

    function want(who, what) {
      const before = all();
      if (what.length === 0) wanted.delete(who);
      else wanted.set(who, what);
      if (release !== undefined && all() !== before) listen();
      else if (release !== undefined && source?.readyState === EventSource.OPEN)
        channel.postMessage({ state: 'live' });
    }

    function all() {
      return [...new Set([...wanted.values()].flat())].join('\n');
    }

    function listen() {
      source?.close();
      const query = new URLSearchParams(
        all()
          .split('\n')
          .map((topic) => ['topic', topic]),
      );
      source = new EventSource(`/live?${query}`);
      source.onopen = () => tell({ state: 'live', opened: true });
      source.onerror = () => tell({ state: 'stale' });
      source.onmessage = ({ data }) => tell({ news: JSON.parse(data) });
    }

    /** Another tab does not hear itself. */
    function tell(message) {
      channel.postMessage(message);
      if (message.state !== undefined) show(message.state);
      if (message.opened === true) lookOnce();
      if (message.news !== undefined) hear(message.news);
    }
  }

  function hear(topic) {
    if (document.hidden || !topics.includes(topic)) return;
    // Lists grow only when the reader asks: nothing moves under a finger.
    const news = document.querySelector('[data-news]');
    if (news !== null) {
      news.hidden = false;
      return;
    }
    due ??= setTimeout(renew, 300);
    // Figures that all readers share may be a second old: when it is quiet again, they are read once more.
    clearTimeout(last);
    last = setTimeout(lookOnce, 2_000);
  }

  /** What happened between the reading of this page and now was told to nobody. */
  function lookOnce() {
    if (!document.hidden && document.querySelector('[data-news]') === null) due ??= setTimeout(renew, 300);
  }

  function showNews(event) {
    if (!(event.target instanceof Element) || event.target.closest('[data-news]') === null) return;
    event.preventDefault();
    location.reload();
  }

  /** A list that has not caught up with the events says so: it is read again soon, then less and less often. */
  function lookAgainWhileBehind() {
    const behind = document.querySelector('main [data-behind]');
    if (behind === null) {
      laterMs = 400;
      return;
    }
    // What is under way says how often it is to be looked at.
    if (behind.dataset.behind !== '') laterMs = Number(behind.dataset.behind) / 1.6;
    due ??= setTimeout(() => {
      due = undefined;
      if (!document.hidden) void renew();
    }, laterMs);
    laterMs = Math.min(30_000, laterMs * 1.6);
  }

  async function renew() {
    clearTimeout(due);
    due = undefined;
    try {
      await take(await fetch(location.href, { headers: { Accept: 'text/html' } }));
    } catch {
      show('stale');
    }
  }

  /** A form that stays on its page. */
  async function sendWithin(event) {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.hasAttribute('data-within') || event.defaultPrevented)
      return;
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    const body = form.enctype === 'multipart/form-data' ? data : new URLSearchParams(data);
    const button = event.submitter;
    if (button !== null) button.disabled = true;
    try {
      const answer = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'text/html' } });
      if (answer.ok) form.reset();
      await take(answer, form.id);
    } catch {
      show('stale');
    } finally {
      if (button !== null) button.disabled = false;
    }
  }

  async function take(answer, keepFocusIn) {
    if (!answer.headers.get('Content-Type')?.startsWith('text/html')) return;
    if (answer.redirected && new URL(answer.url).pathname !== location.pathname) {
      location.assign(answer.url);
      return;
    }
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (fresh.querySelector('[data-said]') !== null)
      for (const said of document.querySelectorAll('[data-said]')) said.remove();
    for (const part of ['main', 'body > svg:last-of-type']) {
      const [old, next] = [document.querySelector(part), fresh.querySelector(part)];
      if (old !== null && next !== null) Idiomorph.morph(old, next, { ignoreActiveValue: true, callbacks });
    }
    if (keepFocusIn) document.getElementById(keepFocusIn)?.querySelector('[autofocus]')?.focus();
    show(mark?.dataset.state ?? 'still');
    lookAgainWhileBehind();
  }

  /** What the reader has opened, written or chosen stays. */
  const callbacks = {
    // What was said of an act is said once, and read by a person.
    beforeNodeRemoved: (node) => !(node instanceof Element && node.hasAttribute('data-said')),
    beforeNodeMorphed: (node) => !(node instanceof HTMLSelectElement) && !isWritten(node),
    beforeAttributeUpdated: (name, node) =>
      !(name === 'open' && node instanceof HTMLDetailsElement) &&
      !(name === 'value' && node instanceof HTMLInputElement && node.value !== node.defaultValue),
  };

  function isWritten(node) {
    if (node instanceof HTMLTextAreaElement) return node.value !== node.defaultValue;
    return node instanceof HTMLInputElement && node.checked !== node.defaultChecked;
  }

  function show(state) {
    if (mark === null || mark.dataset.liveMark !== 'yes') return;
    mark.dataset.state = state;
    const words = { live: 'Live', stale: 'Stale, as of', still: 'As of' };
    const [word, time] = mark.querySelectorAll('span');
    word.textContent = words[state];
    if (state === 'live')
      time.textContent = new Date().toLocaleTimeString([], {
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
      });
    mark.classList.toggle('wait', state === 'stale');
  }
})();
