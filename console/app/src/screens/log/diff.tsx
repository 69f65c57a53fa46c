import { t } from '../../text/text';
import type { RequestRecord } from './documents';

function text(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What was before, and what is now. */
export function Diff({ changes }: { changes: RequestRecord['changes'] }) {
  return (
    <div className="diff">
      {changes.map((change) => (
        <div key={change.path}>
          <span>{change.path}</span>
          {text(change.before) ? <del>{text(change.before)}</del> : <del className="empty-v">{t('nothing')}</del>}
          {text(change.after) ? <ins>{text(change.after)}</ins> : <ins className="empty-v">{t('nothing')}</ins>}
        </div>
      ))}
    </div>
  );
}
