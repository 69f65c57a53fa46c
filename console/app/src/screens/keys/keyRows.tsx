import { Icon } from '../../parts/icons';
import { Time } from '../../text/time';
import { n, t } from '../../text/text';
import { ended, type Key } from './documents';

function StateBadge({ key_ }: { key_: Key }) {
  const words = {
    ACTIVE: ['ok', t('Works')],
    EXPIRING: ['warn', t('Ends soon')],
    ROTATING: ['warn', t('Being replaced')],
    EXPIRED: ['off', t('Expired')],
    REVOKED: ['off', t('Revoked')],
  } as const;
  const [tone, word] = words[key_.state];
  return (
    <span className={`badge ${tone}`}>
      <span className={`dot ${tone}`} />
      {word}
    </span>
  );
}

/** The keys as rows: those that work, then those that have ended. */
export function KeyRows({ keys, act }: { keys: Key[]; act?: ((what: 'edit' | 'rotate' | 'revoke', key: Key) => void) | undefined }) {
  const working = keys.filter((key) => !ended(key));
  const over = keys.filter(ended);
  const row = (key: Key) => (
    <tr key={key.id} data-row>
      <td className="top">
        <span className={ended(key) ? 'main soft' : 'main'}>{key.name}</span>
        {key.description && <small>{key.description}</small>}
        <small className="mono">{key.prefix}…</small>
      </td>
      <td className="top2 pad">
        <StateBadge key_={key} />
        {key.state === 'ROTATING' && <small>{key.successor?.firstUsedAt ? t('The new one is in use; this one can end.') : t('The new one was not used yet.')}</small>}
        {key.lastRefusedAt && (
          <small className="bad-t">
            {n(key.refusedCount ?? 1, 'Still asked for: refused {n} time, last from {address}', 'Still asked for: refused {n} times, last from {address}', { address: key.lastRefusedAddress ?? '–' })}, <Time at={key.lastRefusedAt} />
          </small>
        )}
      </td>
      <td data-l={t('Last used')}>
        <Time at={key.lastUsedAt} />
        {key.lastUsedAddress && (
          <small className="hide-fold">
            {key.lastUsedAddress}
            {key.lastUsedAgent && `, ${key.lastUsedAgent}`}
          </small>
        )}
      </td>
      <td className="p2 hide-fold">
        <Time at={key.createdAt} />
      </td>
      <td className="p2 hide-fold">{key.revokedAt || key.expiresAt ? <Time at={key.revokedAt ?? key.expiresAt} /> : t('Never')}</td>
      <td className="end">
        {!ended(key) && act && (
          <span className="btns">
            <button className="btn s quiet icon" aria-label={t('Edit {name}', { name: key.name })} onClick={() => act('edit', key)}>
              <Icon name="edit" />
            </button>
            <button className="btn s" onClick={() => act('rotate', key)}>
              {t('Rotate')}
            </button>
            <button className="btn s no" onClick={() => act('revoke', key)}>
              {t('Revoke')}
            </button>
          </span>
        )}
      </td>
    </tr>
  );
  return (
    <div className="frame">
      <table className="table fold" role="table">
        <thead>
          <tr>
            <th>{t('Key')}</th>
            <th>{t('State')}</th>
            <th>{t('Last used')}</th>
            <th className="p2">{t('Created')}</th>
            <th className="p2">{t('Ends')}</th>
            <th className="end">
              <span className="vh">{t('Actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {working.map(row)}
          {over.length > 0 && (
            <tr className="group-row">
              <th colSpan={6} scope="colgroup">
                {t('Ended, kept so that the log can name them')}
              </th>
            </tr>
          )}
          {over.map(row)}
        </tbody>
      </table>
    </div>
  );
}
