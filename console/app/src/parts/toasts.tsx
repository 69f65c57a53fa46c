import { useEffect, useState, useSyncExternalStore } from 'react';
import { Store } from '../app/api';
import { t } from '../text/text';
import { Icon } from './icons';

type Toast = { id: number; text: string; undo?: () => void };

const toasts = new Store<Toast[]>([]);
let last = 0;

/** Tells what was done. With undo it can be taken back for eight seconds. */
export function toast(text: string, undo?: () => void) {
  toasts.set([...toasts.get(), { id: ++last, text, ...(undo ? { undo } : {}) }].slice(-4));
}

function remove(id: number) {
  toasts.set(toasts.get().filter((one) => one.id !== id));
}

function One({ toast: one }: { toast: Toast }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => remove(one.id), 8000);
    return () => clearTimeout(timer);
  }, [held, one.id]);
  return (
    <div className="toast" onPointerEnter={() => setHeld(true)} onPointerLeave={() => setHeld(false)} onFocus={() => setHeld(true)} onBlur={() => setHeld(false)}>
      <span>{one.text}</span>
      {one.undo && (
        <button
          className="btn s"
          onClick={() => {
            one.undo?.();
            remove(one.id);
          }}
        >
          {t('Undo')}
        </button>
      )}
      <button className="btn quiet icon s" aria-label={t('Dismiss')} onClick={() => remove(one.id)}>
        <Icon name="x" small />
      </button>
    </div>
  );
}

export function Toasts() {
  const all = useSyncExternalStore(toasts.subscribe, toasts.get);
  return (
    <div className="toasts" role="region" aria-label={t('Messages')} aria-live="polite">
      {all.map((one) => (
        <One key={one.id} toast={one} />
      ))}
    </div>
  );
}
