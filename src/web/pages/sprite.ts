interface Symbol {
  readonly box: string;
  readonly align?: string;
  /** What is within it, as SVG. */
  readonly drawn: string;
}

/** The pictures of the pages, as they stand in the sprite at the end of each: `i-` things and states, `m-` the way of a message. */
const symbols: Readonly<Record<string, Symbol>> = {
  'i-code': { box: '0 0 16 16', drawn: '<path d="M5 4L1.5 8 5 12M11 4l3.5 4-3.5 4"/>' },
  'i-file': { box: '0 0 16 16', drawn: '<path d="M3.5 1.500h6l3 3v10h-9zM9.5 1.500v3h3M5.5 8h5M5.5 11h5"/>' },
  'i-find': { box: '0 0 16 16', drawn: '<circle cx="6.8" cy="6.8" r="4.3"/><path d="M10 10l4 4"/>' },
  'i-held': {
    box: '0 0 16 16',
    drawn:
      '<rect x="3" y="7.5" width="10" height="6.5" fill="currentColor"/><path d="M5 7.500V5a3 3 0 0 1 6 0v2.5"/>',
  },
  'i-in': { box: '0 0 16 16', drawn: '<path d="M8 2v8M4.5 6.800L8 10.300l3.5-3.500M2.5 13.500h11"/>' },
  'i-live': {
    box: '0 0 16 16',
    drawn: '<circle cx="8" cy="8" r="2.5" fill="currentColor"/><circle cx="8" cy="8" r="6"/>',
  },
  'i-logo': {
    box: '0 0 24 24',
    drawn:
      '<circle cx="4" cy="12" r="2.6" fill="currentColor"/><path d="M6.7 12h3"/><rect x="10" y="9.5" width="5" height="5" fill="currentColor"/><path d="M15 12h2"/><path d="M17.5 12l2 2.4L23.5 8.5" stroke-width="2"/>',
  },
  'i-out': { box: '0 0 16 16', drawn: '<path d="M8 10.500v-8M4.5 6L8 2.5 11.5 6M2.5 13.500h11"/>' },
  'i-paused': { box: '0 0 16 16', drawn: '<path d="M5 3v10M11 3v10" stroke-width="3"/>' },
  'i-phone': {
    box: '0 0 16 16',
    drawn: '<rect x="4" y="1.5" width="8" height="13" rx="1.5"/><path d="M7 12h2"/>',
  },
  'i-running': { box: '0 0 16 16', drawn: '<path d="M4 2.500l9 5.5-9 5.500z" fill="currentColor"/>' },
  'i-slowed': { box: '0 0 16 16', drawn: '<path d="M3 3l5 5-5 5M9 3v10M12.5 3v10" />' },
  'i-still': {
    box: '0 0 16 16',
    drawn: '<circle cx="8" cy="8" r="6" stroke-dasharray="2 2.5"/><path d="M8 5v3.500l2 1.5"/>',
  },
  'i-stopped': { box: '0 0 16 16', drawn: '<rect x="3.5" y="3.5" width="9" height="9"/>' },
  'i-warn': { box: '0 0 16 16', drawn: '<path d="M8 2l6.5 11.500h-13zM8 6.500v3.500M8 11.300v1"/>' },
  'm-abandoned': {
    box: '0 0 34 12',
    drawn:
      '<circle cx="5" cy="6" r="3" fill="currentColor"/><path d="M8 6H13"/><path d="M13.5 2.5l7 7m0-7l-7 7" stroke-width="2"/>',
  },
  'm-answered': {
    box: '0 0 22 12',
    align: 'xMinYMid',
    drawn:
      '<circle cx="5" cy="6" r="3" fill="currentColor"/><path d="M8 6H14"/><circle cx="17" cy="6" r="3" fill="currentColor"/>',
  },
  'm-cancelled': {
    box: '0 0 34 12',
    drawn:
      '<circle cx="5" cy="6" r="3" fill="currentColor"/><path d="M8 6H13"/><path d="M14 1.5v9M17.5 1.5v9" stroke-width="2"/>',
  },
  'm-defaulted': {
    box: '0 0 22 12',
    align: 'xMinYMid',
    drawn: '<circle cx="5" cy="6" r="3" fill="currentColor"/><path d="M8 6H14"/><path d="M14 3h6v6h-6z"/>',
  },
  'm-delivered': {
    box: '0 0 34 12',
    drawn:
      '<circle cx="5" cy="6" r="3" fill="currentColor"/><path d="M8 6H14"/><circle cx="17" cy="6" r="3" fill="currentColor"/><path d="M20 6H24"/><path d="M25 6l3 3.5 5.5-7.5" stroke-width="2"/>',
  },
  'm-discarded': {
    box: '0 0 34 12',
    drawn: '<circle cx="5" cy="6" r="3"/><path d="M8 6H14" stroke-dasharray="1.5 2"/><path d="M1 11L9 1"/>',
  },
  'm-dispatched': {
    box: '0 0 34 12',
    drawn:
      '<circle cx="5" cy="6" r="3" fill="currentColor"/><path d="M8 6H14"/><circle cx="17" cy="6" r="3" fill="currentColor"/><path d="M20 6H26" stroke-dasharray="1.5 2"/><circle cx="29" cy="6" r="3"/>',
  },
  'm-duplicate': {
    box: '0 0 22 12',
    align: 'xMinYMid',
    drawn:
      '<circle cx="5" cy="6" r="3"/><circle cx="9" cy="6" r="3" fill="currentColor"/><path d="M15 4h5M15 8h5"/>',
  },
  'm-failed': {
    box: '0 0 34 12',
    drawn:
      '<circle cx="5" cy="6" r="3" fill="currentColor"/><path d="M8 6H14"/><circle cx="17" cy="6" r="3" fill="currentColor"/><path d="M20 6H24"/><path d="M25.5 2.5l7 7m0-7l-7 7" stroke-width="2"/>',
  },
  'm-filtered': {
    box: '0 0 22 12',
    align: 'xMinYMid',
    drawn:
      '<circle cx="5" cy="6" r="3" fill="currentColor"/><path d="M8 6H13"/><path d="M15 1v10" stroke-width="2"/>',
  },
  'm-handled': {
    box: '0 0 22 12',
    align: 'xMinYMid',
    drawn:
      '<circle cx="5" cy="6" r="3" fill="currentColor"/><path d="M8 6H12"/><path d="M13 6l3 3.5L21 2" stroke-width="2"/>',
  },
  'm-indiscarded': {
    box: '0 0 22 12',
    align: 'xMinYMid',
    drawn: '<circle cx="5" cy="6" r="3"/><path d="M8 6H14" stroke-dasharray="1.5 2"/><path d="M1 11L9 1"/>',
  },
  'm-infailed': {
    box: '0 0 22 12',
    align: 'xMinYMid',
    drawn:
      '<circle cx="5" cy="6" r="3" fill="currentColor"/><path d="M8 6H12"/><path d="M13.5 2.5l7 7m0-7l-7 7" stroke-width="2"/>',
  },
  'm-rejected': {
    box: '0 0 34 12',
    drawn:
      '<circle cx="5" cy="6" r="3" fill="currentColor"/><path d="M8 6H14"/><circle cx="17" cy="6" r="3" fill="currentColor"/><path d="M20 6H24.5"/><circle cx="29" cy="6" r="4.2"/><path d="M26 9l6-6"/>',
  },
  'm-retrying': {
    box: '0 0 34 12',
    drawn:
      '<circle cx="5" cy="6" r="3" fill="currentColor"/><path d="M8 6H13"/><path d="M20.8 6a3.8 3.8 0 1 1-1.3-2.8M20.9 1.2v2.9h-2.9"/><path d="M22 6H26" stroke-dasharray="1.5 2"/><circle cx="29" cy="6" r="3"/>',
  },
  'm-sent': {
    box: '0 0 34 12',
    drawn:
      '<circle cx="5" cy="6" r="3" fill="currentColor"/><path d="M8 6H14" stroke-dasharray="1.5 2"/><circle cx="17" cy="6" r="3"/><path d="M20 6H26" stroke-dasharray="1.5 2"/><circle cx="29" cy="6" r="3"/>',
  },
  'm-unclear': {
    box: '0 0 34 12',
    drawn:
      '<circle cx="5" cy="6" r="3" fill="currentColor"/><path d="M8 6H12.5" stroke-dasharray="1.5 2"/><path d="M14.6 3.8a2.4 2.4 0 1 1 3.4 2.2c-.8.4-1 .8-1 1.6M17 9.7v1.3"/><path d="M21.5 6H26" stroke-dasharray="1.5 2"/><circle cx="29" cy="6" r="3"/>',
  },
  'm-unhandled': {
    box: '0 0 22 12',
    align: 'xMinYMid',
    drawn:
      '<circle cx="5" cy="6" r="3" fill="currentColor"/><path d="M8 6H13"/><path d="M15 2.5l3.5 3.5L15 9.5"/>',
  },
  'm-waiting': {
    box: '0 0 22 12',
    align: 'xMinYMid',
    drawn:
      '<circle cx="5" cy="6" r="3" fill="currentColor"/><path d="M8 6H14" stroke-dasharray="1.5 2"/><circle cx="17" cy="6" r="3"/>',
  },
};

/** The symbols that a page shows, and no others, as one hidden picture. */
export const spriteOf = (html: string): string => {
  const used = new Set([...html.matchAll(/href="#([im]-[a-z]+)"/g)].map(([, id]) => id ?? ''));
  const drawn = [...used].flatMap((id) => {
    const symbol = symbols[id];
    if (symbol === undefined) return [];
    const align = symbol.align === undefined ? '' : ` preserveAspectRatio="${symbol.align}"`;
    return [`<symbol id="${id}" viewBox="${symbol.box}"${align}>${symbol.drawn}</symbol>`];
  });
  return `<svg width="0" height="0" class="vh" aria-hidden="true">${drawn.join('')}</svg>`;
};
