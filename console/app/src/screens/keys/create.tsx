import { useState } from 'react';
import { useMutation } from 'urql';
import { Dialog } from '../../parts/dialog';
import { MutationError } from '../../parts/mutationError';
import { t } from '../../text/text';
import { createDocument } from './documents';
import { EndsField, ends } from './ends';
import type { Shown } from './shownOnce';

/** The dialog that creates a key of a directory. */
export function Create({ directory, scimUrl, close, shown }: { directory: string; scimUrl: string; close: () => void; shown: (shown: Shown) => void }) {
  const [{ fetching, error }, create] = useMutation(createDocument);
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [choice, setChoice] = useState('365');
  const submit = async () => {
    const { data } = await create({ input: { directoryId: directory, name, description, expiresAt: ends(choice), trustedDocumentsOnly: false } });
    if (!data) return;
    const { key, accessToken } = data.createKey;
    shown({
      title: t('The key was created. Copy its token now'),
      name: key.name,
      description: key.description,
      key: key.id,
      secrets: accessToken ? [{ label: t('Access Token'), value: accessToken }] : [],
      values: [
        { label: 'Tenant URL', value: scimUrl },
        { label: t('Issuer'), value: key.issuer },
      ],
    });
  };
  return (
    <Dialog
      title={t('Create New Key')}
      close={close}
      submit={() => void submit()}
      footer={
        <>
          <button type="button" className="btn" onClick={close}>
            {t('Cancel')}
          </button>
          <button className="btn go" disabled={fetching}>
            {t('Create key')}
          </button>
        </>
      }
    >
      <MutationError error={error} />
      <div className="field">
        <label htmlFor="key-name">{t('Name')}</label>
        <input className="input" id="key-name" value={name} maxLength={100} required autoFocus placeholder={t('Entra provisioning')} onChange={(event) => setName(event.target.value)} />
        <p className="hint">{t('It stands in the log beside all that the key does.')}</p>
      </div>
      <div className="field">
        <label htmlFor="key-description">
          {t('Description')} <span className="opt">{t('(optional)')}</span>
        </label>
        <textarea className="area" id="key-description" value={description} maxLength={250} placeholder={t('Which tenant and which application use it')} onChange={(event) => setDescription(event.target.value)} />
      </div>
      <EndsField value={choice} set={setChoice} />
    </Dialog>
  );
}
