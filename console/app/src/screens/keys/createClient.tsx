import { useState } from 'react';
import { useMutation } from 'urql';
import { Dialog } from '../../parts/dialog';
import { MutationError } from '../../parts/mutationError';
import { t } from '../../text/text';
import { createClientDocument } from './documents';
import type { Shown } from './shownOnce';

/** The dialog that creates an OAuth client, with a secret or with federation. */
export function CreateClient({ directory, scimUrl, close, shown }: { directory: string; scimUrl: string; close: () => void; shown: (shown: Shown) => void }) {
  const [{ fetching, error }, create] = useMutation(createClientDocument);
  const [name, setName] = useState('');
  const [federated, setFederated] = useState(false);
  const [issuer, setIssuer] = useState('');
  const [audience, setAudience] = useState('');
  const [subject, setSubject] = useState('');
  const submit = async () => {
    const federation = federated ? { issuer, audience, subject } : null;
    const { data } = await create({ input: { directoryId: directory, name, withSecret: !federated, tokenLifetimeSeconds: 21600, federation } });
    if (!data) return;
    const { client, clientSecret } = data.createOAuthClient;
    shown({
      title: t('The client was created'),
      name: client.name,
      description: '',
      secrets: clientSecret ? [{ label: t('Client secret'), value: clientSecret }] : [],
      values: [
        { label: t('Client identifier'), value: client.id },
        { label: t('Token endpoint'), value: client.tokenEndpoint },
        { label: 'Tenant URL', value: scimUrl },
      ],
    });
  };
  const field = (id: string, label: string, value: string, set: (value: string) => void, hint: string) => (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input className="input" id={id} value={value} required onChange={(event) => set(event.target.value)} />
      <p className="hint">{hint}</p>
    </div>
  );
  return (
    <Dialog
      title={t('Create an OAuth client')}
      close={close}
      submit={() => void submit()}
      footer={
        <>
          <button type="button" className="btn" onClick={close}>
            {t('Cancel')}
          </button>
          <button className="btn go" disabled={fetching}>
            {t('Create client')}
          </button>
        </>
      }
    >
      <MutationError error={error} />
      {field('client-name', t('Name'), name, setName, t('Which application it is.'))}
      <label className="choice">
        <span className="check">
          <input type="radio" name="method" checked={!federated} onChange={() => setFederated(false)} />
        </span>
        <span>
          <b>{t('A client secret')}</b>
          <small className="sub">{t('It lasts two years; a second one can take its place.')}</small>
        </span>
      </label>
      <label className="choice">
        <span className="check">
          <input type="radio" name="method" checked={federated} onChange={() => setFederated(true)} />
        </span>
        <span>
          <b>{t('Workload identity federation')}</b>
          <small className="sub">{t('No secret: tokens of an issuer that you name stand for the client.')}</small>
        </span>
      </label>
      {federated && field('issuer', t('Issuer'), issuer, setIssuer, 'https://login.microsoftonline.com/…/v2.0')}
      {federated && field('audience', t('Audience'), audience, setAudience, 'api://…')}
      {federated && field('subject', t('Subject'), subject, setSubject, t('For Entra: the object id of the provisioning service principal.'))}
    </Dialog>
  );
}
