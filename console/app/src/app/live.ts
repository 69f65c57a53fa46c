import { useEffect, useRef } from 'react';
import { connection } from './api';

/**
 * Calls a function when something has arrived, at most once in a time, so that many
 * events ask the server once.
 */
export function useThrottled(run: () => void, milliseconds = 1000): () => void {
  const latest = useRef(run);
  latest.current = run;
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => () => void (timer.current && clearTimeout(timer.current)), []);
  return () => {
    if (timer.current) return;
    timer.current = setTimeout(() => {
      timer.current = null;
      latest.current();
    }, milliseconds);
  };
}

/** Calls a function when the connection is back after it was lost, to fetch what was missed. */
export function useReconnected(run: () => void) {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    let lost = connection.get() === 'lost';
    return connection.subscribe(() => {
      const state = connection.get();
      if (lost && state === 'connected') latest.current();
      lost = state === 'lost' || (lost && state !== 'connected');
    });
  }, []);
}

/** Calls a function again and again while the page is looked at. */
export function useEvery(milliseconds: number, run: () => void) {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) latest.current();
    }, milliseconds);
    return () => clearInterval(timer);
  }, [milliseconds]);
}
