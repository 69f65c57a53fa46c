import { useEffect, useState } from 'react';
import { language, t } from './text';

const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
const full = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'long' });

const minute = 60_000;
const hour = 60 * minute;

/** Under a day it is relative, then the date; `title` has all of it. */
export function describe(at: Date, now: Date): string {
  const age = now.getTime() - at.getTime();
  const ahead = age < 0;
  const size = Math.abs(age);
  if (size < minute) return t('now');
  const sign = ahead ? 1 : -1;
  if (size < hour) return relative.format(sign * Math.floor(size / minute), 'minute');
  if (size < 24 * hour) return relative.format(sign * Math.floor(size / hour), 'hour');
  return day.format(at);
}

let listeners = new Set<() => void>();
setInterval(() => listeners.forEach((tell) => tell()), 30_000);

/** The time now, which moves on by itself every half minute. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const tick = () => setNow(new Date());
    listeners.add(tick);
    return () => void listeners.delete(tick);
  }, []);
  return now;
}

export function Time({ at, never }: { at: string | null | undefined; never?: string }) {
  const now = useNow();
  if (!at) return <span className="muted">{never ?? t('Never')}</span>;
  const date = new Date(at);
  return (
    <time dateTime={at} title={full.format(date)}>
      {describe(date, now)}
    </time>
  );
}

/** The time of day, in the reader's own zone. */
export const clockTime = (at: string) => clock.format(new Date(at));
export const date = (at: string) => day.format(new Date(at));
export const fullTime = (at: string) => full.format(new Date(at));
