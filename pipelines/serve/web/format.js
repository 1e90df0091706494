// How numbers, times and dates are written, and read from what people type.

const two = (number) => String(Math.floor(number)).padStart(2, '0');

// 0:07, 12:05, 1:02:05
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds + 1e-6));
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

export function span(start, end) {
  const from = clock(start), to = clock(end);
  return from === to ? from : `${from}–${to}`;
}

// 8 s, 12 min, 3 h 20 min
export function length(seconds) {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  const hours = Math.floor(seconds / 3600), minutes = Math.round((seconds % 3600) / 60);
  return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
}

export function percent(share) {
  if (share > 0 && share < 0.005) return '<1 %';
  if (share < 1 && share >= 0.995) return '>99 %';
  return `${Math.round(share * 100)} %`;
}

export function bytes(count) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  for (; count >= 1000 && unit < units.length - 1; ++unit) count /= 1000;
  return `${count >= 100 || unit === 0 ? Math.round(count) : count.toFixed(1)} ${units[unit]}`;
}

export const count = (number, one, many = `${one}s`) => `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

// Seconds since 1970, or a text that Date understands.
export function day(date) {
  if (!date) return '';
  const value = new Date(typeof date === 'number' ? date * 1000 : date);
  return Number.isNaN(value.getTime()) ? '' : value.toLocaleDateString('en', {year: 'numeric', month: 'short', day: 'numeric'});
}

// "90", "1:30", "1:02:05" -> seconds; null for anything else.
export function parseClock(text) {
  const parts = text.trim().split(':');
  if (parts.length > 3 || !parts.every((part) => /^\d+(\.\d+)?$/.test(part))) return null;
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}
