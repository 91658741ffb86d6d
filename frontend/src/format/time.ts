import { texts } from '../texts';

/** A length of media in seconds as a clock shows it: `1:05:09`, `0:07`. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const twoDigits = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = twoDigits(whole % 60);
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** A waiting time in seconds, in its largest fitting unit and rounded up: `3 minutes`. */
export function formatWait(seconds: number): string {
  const [unit, length] =
    seconds >= 5400
      ? (['hour', 3600] as const)
      : seconds >= 90
        ? (['minute', 60] as const)
        : (['second', 1] as const);
  return new Intl.NumberFormat(texts.locale, { style: 'unit', unit, unitDisplay: 'long' }).format(
    Math.max(1, Math.ceil(seconds / length)),
  );
}

/** A moment (RFC 3339) in the reader's own time zone: `Nov 22, 2026, 6:30 PM`. */
export function formatMoment(moment: string): string {
  return new Intl.DateTimeFormat(texts.locale, { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(moment),
  );
}

/** The value of a `datetime-local` field, which is in the reader's time zone, as RFC 3339 in UTC. */
export function momentFromLocalField(value: string): string {
  return new Date(value).toISOString();
}

/** A moment as a `datetime-local` field takes it: the reader's time zone, whole minutes. */
export function localFieldFromMoment(moment: Date): string {
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** How far away a moment (RFC 3339) is: `in 3 hours`. */
export function formatUntil(moment: string, now: Date): string {
  const minutes = Math.max(0, (Date.parse(moment) - now.getTime()) / 60_000);
  const format = new Intl.RelativeTimeFormat(texts.locale, { numeric: 'always' });
  if (minutes >= 48 * 60) return format.format(Math.floor(minutes / 1440), 'day');
  if (minutes >= 90) return format.format(Math.floor(minutes / 60), 'hour');
  return format.format(Math.ceil(minutes), 'minute');
}
