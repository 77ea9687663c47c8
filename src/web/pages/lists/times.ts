import type { Zone } from '../../../domain/zone.js';

/** An instant as a field of a form has it: what the clocks of the zone show. */
export const wallTime = (iso: string | undefined, zone: Zone): string => {
  const ms = iso === undefined ? Number.NaN : Date.parse(iso);
  if (Number.isNaN(ms)) return '';
  const wall = new Date(ms + zone.offsetAt(ms)).toISOString().slice(0, 19);
  return wall.endsWith(':00') ? wall.slice(0, 16) : wall;
};
