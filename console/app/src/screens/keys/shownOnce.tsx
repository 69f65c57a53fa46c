import { useState } from 'react';
import { useQuery } from 'urql';
import { useEvery } from '../../app/live';
import { Copy } from '../../parts/copy';
import { Dialog } from '../../parts/dialog';
import { Icon } from '../../parts/icons';
import { t } from '../../text/text';
import { firstUseDocument } from './documents';

export type Secret = { label: string; value: string };
export type Shown = { title: string; name: string; description: string; secrets: Secret[]; values: Secret[]; key?: string };

/** What is shown once. It closes after the secret was copied, or is said to be stored in another way. */
export function ShownOnce({ shown, close }: { shown: Shown; close: () => void }) {
  const [copied, setCopied] = useState(false);
  const [otherwise, setOtherwise] = useState(false);
  const stored = copied || otherwise;
  return (
    <Dialog
      wide
      title={shown.title}
      {...(stored ? { close } : {})}
      footer={
        <>
          <label className="choice start">
            <span className="check">
              <input type="checkbox" checked={otherwise} onChange={(event) => setOtherwise(event.target.checked)} />
            </span>
            <span>{t('I have stored it another way')}</span>
          </label>
          <button type="button" className="btn go" disabled={!stored} onClick={close}>
            {t('Done')}
          </button>
        </>
      }
    >
      <div className="note warn">
        <span>
          <Icon name="alert" />
        </span>
        <div>
          <b>{t('This is shown once.')}</b> {t('Only a digest of it is kept. If it gets lost, rotate the key.')}
        </div>
      </div>
      {shown.secrets.map((secret) => (
        <div className="copyrow" key={secret.label}>
          <span>{secret.label}</span>
          <Copy value={secret.value} label={secret.label} copied={() => setCopied(true)} />
        </div>
      ))}
      {shown.values.map((value) => (
        <div className="copyrow" key={value.label}>
          <span>{value.label}</span>
          <Copy value={value.value} label={value.label} />
        </div>
      ))}
      {shown.key && <FirstUse id={shown.key} />}
      <dl className="kv">
        <div>
          <dt>{t('Name')}</dt>
          <dd>{shown.name}</dd>
        </div>
        {shown.description && (
          <div>
            <dt>{t('Description')}</dt>
            <dd>{shown.description}</dd>
          </div>
        )}
      </dl>
    </Dialog>
  );
}


/** Whether the new key has been used: asked until it was. */
function FirstUse({ id }: { id: string }) {
  const [{ data }, ask] = useQuery({ query: firstUseDocument, variables: { id } });
  const key = data?.node && 'firstUsedAt' in data.node ? data.node : null;
  const used = Boolean(key?.firstUsedAt);
  useEvery(3000, () => {
    if (!used) ask({ requestPolicy: 'network-only' });
  });
  return (
    <p className="live" role="status">
      {used ? (
        <>
          <span className="ok-t">
            <Icon name="check" small />
          </span>{' '}
          {t('The first request with this key came from {address}, {agent}.', { address: key?.lastUsedAddress ?? '', agent: key?.lastUsedAgent ?? '' })}
        </>
      ) : (
        <>
          <span className="dot off" /> {t('Waiting for the first request with this key')}
        </>
      )}
    </p>
  );
}
