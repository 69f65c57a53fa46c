import { useState } from 'react';
import { useMutation } from 'urql';
import { Dialog } from '../../parts/dialog';
import { MutationError } from '../../parts/mutationError';
import { toast } from '../../parts/toasts';
import { t } from '../../text/text';
import { updateDocument, type Key } from './documents';

/** The dialog that changes the name, the description and the end of a key. */
export function Edit({ editing, close }: { editing: Key; close: () => void }) {
  const [{ fetching, error }, update] = useMutation(updateDocument);
  const [name, setName] = useState(editing.name);
  const [description, setDescription] = useState(editing.description);
  const [day, setDay] = useState(editing.expiresAt?.slice(0, 10) ?? '');
  const submit = async () => {
    const kept = day === (editing.expiresAt?.slice(0, 10) ?? '');
    const end = kept ? {} : { expiresAt: day ? new Date(`${day}T12:00`).toISOString() : null };
    const { data } = await update({ input: { id: editing.id, version: editing.version, name, description, ...end } });
    if (!data) return;
    toast(t('{name} was changed', { name: data.updateKey.key.name }));
    close();
  };
  return (
    <Dialog
      title={t('Edit {name}', { name: editing.name })}
      close={close}
      submit={() => void submit()}
      footer={
        <>
          <button type="button" className="btn" onClick={close}>
            {t('Cancel')}
          </button>
          <button className="btn go" disabled={fetching}>
            {t('Save')}
          </button>
        </>
      }
    >
      <MutationError error={error} />
      <div className="field">
        <label htmlFor="key-name">{t('Name')}</label>
        <input className="input" id="key-name" value={name} maxLength={100} required autoFocus onChange={(event) => setName(event.target.value)} />
      </div>
      <div className="field">
        <label htmlFor="key-description">
          {t('Description')} <span className="opt">{t('(optional)')}</span>
        </label>
        <textarea className="area" id="key-description" value={description} maxLength={250} onChange={(event) => setDescription(event.target.value)} />
      </div>
      <div className="field">
        <label htmlFor="key-end">
          {t('Ends')} <span className="opt">{t('(optional)')}</span>
        </label>
        <input className="input" id="key-end" type="date" value={day} onChange={(event) => setDay(event.target.value)} />
        <p className="hint">{t('At noon of that day; without a day it does not end.')}</p>
      </div>
    </Dialog>
  );
}
