import { useState } from 'react';
import { useMutation } from 'urql';
import { Dialog } from '../../parts/dialog';
import { MutationError } from '../../parts/mutationError';
import { t } from '../../text/text';
import { rotateDocument, type Key } from './documents';
import type { Shown } from './shownOnce';

/** The dialog that replaces a key by a new one, with an overlap. */
export function Rotate({ rotating, url, close, shown }: { rotating: Key; url?: string; close: () => void; shown: (shown: Shown) => void }) {
  const [{ fetching, error }, rotate] = useMutation(rotateDocument);
  const [overlap, setOverlap] = useState('86400');
  const submit = async () => {
    const { data } = await rotate({ input: { id: rotating.id, version: rotating.version, overlapSeconds: Number(overlap) } });
    if (!data) return;
    const { key, accessToken } = data.rotateKey;
    shown({
      title: t('The new key was created. Copy its token now'),
      name: key.name,
      description: key.description,
      key: key.id,
      secrets: accessToken ? [{ label: t('Access Token'), value: accessToken }] : [],
      values: url ? [{ label: 'Tenant URL', value: url }] : [],
    });
  };
  return (
    <Dialog
      title={t('Rotate {name}', { name: rotating.name })}
      close={close}
      submit={() => void submit()}
      footer={
        <>
          <button type="button" className="btn" onClick={close}>
            {t('Keep it')}
          </button>
          <button className="btn go" disabled={fetching}>
            {t('Rotate key')}
          </button>
        </>
      }
    >
      <MutationError error={error} />
      <p>{t('A new key takes its place. Both work until the overlap ends, so that nothing stops meanwhile.')}</p>
      <div className="field">
        <label htmlFor="overlap">{t('The old key works for another')}</label>
        <select className="select" id="overlap" value={overlap} onChange={(event) => setOverlap(event.target.value)}>
          <option value="0">{t('moment: it ends at once')}</option>
          <option value="3600">{t('hour')}</option>
          <option value="86400">{t('day')}</option>
          <option value="604800">{t('week')}</option>
        </select>
      </div>
    </Dialog>
  );
}
