import { useEffect, useRef } from 'react';

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
