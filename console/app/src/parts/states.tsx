import { useEffect, useState, type ReactNode } from 'react';
import type { CombinedError } from 'urql';
import { codeOf, messageOf } from '../app/api';
import { t } from '../text/text';
import { Icon, type IconName } from './icons';

/** Rows that have not arrived yet; nothing for the first moment, so that it does not flicker. */
export function Loading({ rows = 6 }: { rows?: number }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" className="stack s" aria-label={t('Loading')}>
      {late && Array.from({ length: rows }, (_, i) => <div key={i} className="skel" />)}
    </div>
  );
}

export function Empty({ icon, title, children, action }: { icon: IconName; title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action && <div className="btns">{action}</div>}
    </div>
  );
}

/** What happened, what it means, what to do: beside what failed, and never in place of old data. */
export function Failed({ error, again }: { error: CombinedError; again?: () => void }) {
  const code = codeOf(error);
  if (code === 'FORBIDDEN') return <Forbidden text={messageOf(error)} />;
  const text =
    code === 'NETWORK'
      ? t('The server does not answer. Your changes are not lost; try again when the connection is back.')
      : code === 'RATE_LIMITED'
        ? t('Too much was asked in a short time. Wait a few seconds.')
        : messageOf(error);
  const id = error.graphQLErrors[0]?.extensions['requestId'];
  return (
    <div className="note bad" role="alert">
      <span>
        <Icon name="alert" />
      </span>
      <div>
        <b>{t('This could not be loaded.')}</b> {text}
        {typeof id === 'string' && (
          <small className="sub">
            {t('Request')} <span className="mono">{id}</span>
          </small>
        )}
      </div>
      {again && (
        <span className="end">
          <button className="btn s" onClick={again}>
            {t('Try again')}
          </button>
        </span>
      )}
    </div>
  );
}

export function Forbidden({ text }: { text?: string }) {
  return (
    <Empty icon="ban" title={t('Your account does not open this')}>
      {text ?? t('Ask an owner of your company for another role.')}
    </Empty>
  );
}

export function NotFound() {
  return (
    <Empty icon="search" title={t('There is nothing here')} action={<a className="btn" href="/console/directories">{t('Directories')}</a>}>
      {t('It was deleted, or the address is wrong.')}
    </Empty>
  );
}

/** In place of a screen that failed in the browser; the rest of the console goes on. */
export function Broken({ error }: { error: unknown }) {
  return (
    <Empty icon="alert" title={t('This screen broke')} action={<button className="btn" onClick={() => location.reload()}>{t('Load it again')}</button>}>
      {t('The fault is in the console. Nothing was changed at the server.')} <code>{error instanceof Error ? error.message : String(error)}</code>
    </Empty>
  );
}
