import { texts } from '../texts';

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** A file size in decimal units: `1.4 GB`. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3);
  const index = Math.min(power, BYTE_UNITS.length - 1);
  return new Intl.NumberFormat(texts.locale, {
    style: 'unit',
    unit: BYTE_UNITS[index] ?? 'byte',
    unitDisplay: index === 0 ? 'long' : 'short',
    maximumFractionDigits: index < 2 ? 0 : 1,
  }).format(bytes / 1000 ** index);
}

/** A share between 0 and 1 as a whole percentage, never rounded up to 100 %. */
export function formatPercent(share: number): string {
  const whole = Math.floor(Math.min(1, Math.max(0, share)) * 100);
  return new Intl.NumberFormat(texts.locale, { style: 'percent' }).format(whole / 100);
}

export function formatCount(count: number): string {
  return new Intl.NumberFormat(texts.locale).format(count);
}

/** A small number as people write it: `1.25`. */
export function formatNumber(value: number): string {
  return new Intl.NumberFormat(texts.locale, { maximumFractionDigits: 2 }).format(value);
}
