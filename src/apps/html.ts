/** A piece of a page, in which nothing that was filled in can act. Made by {@link html}. */
export class Html {
  /** @param text - what a browser gets */
  constructor(readonly text: string) {}
}

/** What can be filled in. Nothing stands for undefined, null and false, so that `condition && html…` can be written. */
export type Filling = Html | string | number | bigint | boolean | undefined | null | readonly Filling[];

/**
 * HTML with values filled in: pieces of HTML as they are, lists one after the other, all else as text. A value stands between tags, or within
 * the quotation marks of an attribute.
 *
 * @example html`<p class="lede">${count} sacks at <b>${place}</b></p>`
 */
export const html = (parts: TemplateStringsArray, ...fillings: readonly Filling[]): Html =>
  new Html(parts.reduce((text, part, index) => text + filled(fillings[index - 1]) + part));

const filled = (filling: Filling): string => {
  if (filling instanceof Html) return filling.text;
  if (isList(filling)) return filling.map(filled).join('');
  return filling === undefined || filling === null || filling === false ? '' : escaped(`${filling}`);
};

const isList = (filling: Filling): filling is readonly Filling[] => Array.isArray(filling);

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');
