/** Days and times in a zone, as a person reads them. */
export class Moments {
  /** As it is said once: `EAT`, `GMT+3`. */
  readonly zone: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #year: string;

  /** @param zone - of the IANA database, or an offset */
  constructor(zone: string, nowMs = Date.now()) {
    const { name, shift } = shiftOf(zone);
    this.#format = new Intl.DateTimeFormat('en-GB', {
      timeZone: name,
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    this.#shift = shift;
    const named = new Intl.DateTimeFormat('en-GB', { timeZone: name, timeZoneName: 'short' });
    const part = named.formatToParts(nowMs).find(({ type }) => type === 'timeZoneName')?.value;
    this.zone = shift === 0 ? (part ?? zone) : zone;
    this.#year = String(new Date(nowMs + shift).getUTCFullYear());
  }

  readonly #shift: number;

  /** `2 Mar 08:00`; with the year when it is not this one. */
  moment(iso: string): string {
    const part: Record<string, string> = {};
    for (const { type, value } of this.#format.formatToParts(Date.parse(iso) + this.#shift))
      part[type] = value;
    const { day, month, year, hour, minute } = part;
    return `${day} ${month}${year === this.#year ? '' : ` ${year}`} ${hour}:${minute}`;
  }
}

/** Node before 22 formats no offsets: those are added here. */
const shiftOf = (zone: string): { readonly name: string; readonly shift: number } => {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):(\d{2})$/.exec(zone) ?? [];
  if (sign === undefined) return { name: zone, shift: 0 };
  return { name: 'UTC', shift: Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000 };
};
