import { useEffect, useRef, useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { t } from '../text/text';
import { Dialog } from '../parts/dialog';
import { places } from './shell';

const storageKey = 'single-key-shortcuts';
const areOn = () => localStorage.getItem(storageKey) !== 'off';

function inField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Moves the focus along the rows of the first list of the page. */
function moveInList(step: number) {
  const rows = Array.from(document.querySelectorAll('main [data-row]'));
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  rows[Math.max(0, Math.min(rows.length - 1, at + step))]?.querySelector<HTMLElement>('a[href], button')?.focus();
}

/** Presses what the page gives a letter to, such as its way to create something. */
function press(letter: string) {
  document.querySelector<HTMLElement>(`main [aria-keyshortcuts="${letter}"]`)?.click();
}

/** The keys of the console. Single letters count outside fields and can be switched off (WCAG 2.1.4). */
export function Shortcuts() {
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [on, setOn] = useState(areOn);
  const afterG = useRef(-Infinity);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || inField(event.target) || document.querySelector('dialog[open]')) return;
      if (event.key === '?') return setOpen(true);
      if (!areOn()) return;
      if (performance.now() - afterG.current < 1200) {
        afterG.current = -Infinity;
        const place = places()
          .flatMap((group) => group.places)
          .find((one) => one.key === event.key);
        if (!place) return;
        event.preventDefault(); // it would be typed into the field of the next screen
        void navigate({ to: place.to });
        return;
      }
      if (event.key === 'g') afterG.current = performance.now();
      if (event.key === '/') {
        event.preventDefault();
        document.querySelector<HTMLElement>('main input[type=search]')?.focus();
      }
      if (['c', 'e', 'l'].includes(event.key)) press(event.key);
      if (event.key === 'j' || event.key === 'k') moveInList(event.key === 'j' ? 1 : -1);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [navigate]);
  if (!open) return null;
  const keys: [string, string][] = [
    ['Ctrl K · ⌘ K', t('Search or go to…')],
    ['/', t('Search of this page')],
    ['J · K', t('Move in a list')],
    ['Enter', t('Open')],
    ['C · E', t('Create · edit')],
    ['L', t('Live on or off')],
    ['Esc', t('Close')],
    ...places()
      .flatMap((group) => group.places)
      .map((place): [string, string] => [`G ${place.key.toUpperCase()}`, place.text]),
  ];
  return (
    <Dialog title={t('Keyboard')} close={() => setOpen(false)}>
      <dl className="kv">
        {keys.map(([key, text]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <label className="choice">
        <span className="check">
          <input
            type="checkbox"
            checked={on}
            onChange={(event) => {
              localStorage.setItem(storageKey, event.target.checked ? 'on' : 'off');
              setOn(event.target.checked);
            }}
          />
        </span>
        <span>{t('Single letters are shortcuts')}</span>
      </label>
    </Dialog>
  );
}
