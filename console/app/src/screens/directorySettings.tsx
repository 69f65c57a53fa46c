import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { useMutation } from 'urql';
import { graphql } from '../graphql';
import { MutationError } from '../parts/mutationError';
import { toast } from '../parts/toasts';
import { n, t } from '../text/text';
import { DirectoryPage, headDocument, type Directory } from './directoryPage';
import { Confirm } from './keys';

const updateDocument = graphql(`
  mutation UpdateDirectory($input: UpdateDirectoryInput!) {
    updateDirectory(input: $input) {
      directory {
        id
        name
        description
        state
        disabledUsers
        version
      }
    }
  }
`);

const deleteDocument = graphql(`
  mutation DeleteDirectory($input: DeleteDirectoryInput!) {
    deleteDirectory(input: $input) {
      deletedId
    }
  }
`);

function Settings({ directory, again }: { directory: Directory; again: () => void }) {
  const navigate = useNavigate();
  const [{ fetching, error }, update] = useMutation(updateDocument);
  const [removal, remove] = useMutation(deleteDocument);
  const [name, setName] = useState(directory.name);
  const [description, setDescription] = useState(directory.description);
  const [removing, setRemoving] = useState(false);
  const save = async () => {
    const { data } = await update({ input: { id: directory.id, version: directory.version, name, description } });
    if (!data) return;
    again();
    const before = { name: directory.name, description: directory.description };
    toast(t('Saved'), () => void update({ input: { id: directory.id, ...before } }).then(again));
  };
  const pause = async (paused: boolean) => {
    const { data } = await update({ input: { id: directory.id, state: paused ? 'PAUSED' : 'ACTIVE' } });
    if (!data) return;
    again();
    toast(paused ? t('{name} is paused. Its keys read, and writing is refused.', { name: directory.name }) : t('{name} takes changes again.', { name: directory.name }), () =>
      void update({ input: { id: directory.id, state: paused ? 'ACTIVE' : 'PAUSED' } }).then(again),
    );
  };
  const hide = async (hidden: boolean) => {
    const { data } = await update({ input: { id: directory.id, disabledUsers: hidden ? 'HIDDEN' : 'VISIBLE' } });
    if (data) again();
  };
  const drop = async () => {
    const { data } = await remove({ input: { id: directory.id } });
    if (!data) return;
    toast(t('{name} was deleted', { name: directory.name }));
    void navigate({ to: '/directories' });
  };
  return (
    <div className="stack">
      <MutationError error={error} />
      <form
        className="card stack m"
        aria-label={t('Name and description')}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <h2>{t('Name and description')}</h2>
        <div className="field">
          <label htmlFor="name">{t('Name')}</label>
          <input className="input" id="name" value={name} maxLength={100} required onChange={(event) => setName(event.target.value)} />
        </div>
        <div className="field">
          <label htmlFor="description">{t('Description')}</label>
          <textarea className="area" id="description" value={description} maxLength={250} onChange={(event) => setDescription(event.target.value)} />
        </div>
        <div className="btns">
          <button className="btn go" disabled={fetching || (name === directory.name && description === directory.description)}>
            {t('Save')}
          </button>
        </div>
      </form>
      <section className="card stack m" aria-labelledby="h-writing">
        <h2 id="h-writing">{t('Writing')}</h2>
        <label className="switch">
          <input type="checkbox" role="switch" checked={directory.state === 'PAUSED'} onChange={(event) => void pause(event.target.checked)} />
          <span>
            {t('Pause')}
            <small className="sub">{t('Keys read, and writing is refused with 403. The identity provider tries again later.')}</small>
          </span>
        </label>
        <label className="switch">
          <input type="checkbox" role="switch" checked={directory.disabledUsers === 'HIDDEN'} onChange={(event) => void hide(event.target.checked)} />
          <span>
            {t('Hide disabled people over SCIM')}
            <small className="sub">{t('They are answered as if they were not there, as some identity providers expect.')}</small>
          </span>
        </label>
      </section>
      <section className="card stack m" aria-labelledby="h-delete">
        <h2 id="h-delete">{t('Delete directory')}</h2>
        <p>{n(directory.counts.users, 'Its {n} person, its groups, keys and log are deleted.', 'Its {n} people, its groups, keys and log are deleted.')}</p>
        <div className="btns">
          <button className="btn no" onClick={() => setRemoving(true)}>
            {t('Delete directory')}
          </button>
        </div>
      </section>
      {removing && (
        <Confirm
          title={t('Delete {name}', { name: directory.name })}
          effect={t('It is gone at once for everybody, and its keys are refused. It cannot be undone.')}
          name={directory.name}
          verb={t('Delete directory')}
          fetching={removal.fetching}
          close={() => setRemoving(false)}
          submit={() => void drop()}
        >
          <MutationError error={removal.error} />
        </Confirm>
      )}
    </div>
  );
}

export function DirectorySettings() {
  return <DirectoryPage tab={t('Settings')} operation={{ document: headDocument }}>{(directory, again) => <Settings key={directory.version} directory={directory} again={again} />}</DirectoryPage>;
}
