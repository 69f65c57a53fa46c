import { useState } from 'react';
import { t } from '../text/text';
import { Icon } from './icons';

/** A value with a button that copies it. */
export function Copy({ value, label, copied }: { value: string; label: string; copied?: () => void }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setDone(true);
    copied?.();
    setTimeout(() => setDone(false), 2000);
  };
  return (
    <div className={done ? 'copy done' : 'copy'}>
      <code tabIndex={0} aria-label={label}>
        {value}
      </code>
      <button type="button" className="btn" onClick={copy} aria-label={t('Copy {what}', { what: label })}>
        <Icon name={done ? 'check' : 'copy'} />
        <span>{done ? t('Copied') : t('Copy')}</span>
      </button>
    </div>
  );
}
