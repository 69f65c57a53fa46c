import { useState } from 'react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMutation, useQuery } from 'urql';
import { graphql } from '../graphql';
import { Page } from '../app/page';
import { useViewer, type Scope } from '../app/viewer';
import { Dialog } from '../parts/dialog';
import { Icon } from '../parts/icons';
import { MutationError } from '../parts/mutationError';
import { Empty, Failed, Forbidden, Loading } from '../parts/states';
import { t } from '../text/text';
import { scopeTexts } from './account';
import { Edit, KeyRows, Revoke, Rotate, ShownOnce, keyFragment, type Key, type Shown } from './keys';

const keysDocument = graphql(
  `
    query APIKeys {
      keys(first: 100, where: { kind: API }, orderBy: [{ field: CREATED_AT, direction: DESC }]) {
        totalCount
        edges {
          node {
            ...KeyRow
          }
        }
      }
    }
  `,
  [keyFragment],
);

const createDocument = graphql(
  `
    mutation CreateAPIKey($input: CreateKeyInput!) {
      createKey(input: $input) {
        accessToken
        key {
          ...KeyRow
        }
      }
    }
  `,
  [keyFragment],
);

function Create({ close, shown }: { close: () => void; shown: (shown: Shown) => void }) {
  const viewer = useViewer();
  const [{ fetching, error }, create] = useMutation(createDocument);
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [scopes, setScopes] = useState<Scope[]>(['READ']);
  const [origins, setOrigins] = useState('');
  const [trusted, setTrusted] = useState(false);
  const submit = async () => {
    const list = origins.split(/\s+/).filter(Boolean);
    const { data } = await create({ input: { name, description, scopes, ...(list.length > 0 ? { origins: list } : {}), trustedDocumentsOnly: trusted } });
    if (!data) return;
    shown({
      title: t('The key was created. Copy its token now'),
      name: data.createKey.key.name,
      description: data.createKey.key.description,
      secrets: data.createKey.accessToken ? [{ label: t('Access Token'), value: data.createKey.accessToken }] : [],
      values: [{ label: t('Address of the API'), value: `${location.origin}/graphql` }],
    });
  };
  return (
    <Dialog
      title={t('Create an API key')}
      close={close}
      submit={() => void submit()}
      footer={
        <>
          <button type="button" className="btn" onClick={close}>
            {t('Cancel')}
          </button>
          <button className="btn go" disabled={fetching || scopes.length === 0}>
            {t('Create key')}
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
      <fieldset>
        <legend className="strong medium">{t('What it may do')}</legend>
        {scopeTexts()
          .filter(([scope]) => viewer.may(scope))
          .map(([scope, text]) => (
            <label className="choice" key={scope}>
              <span className="check">
                <input
                  type="checkbox"
                  checked={scopes.includes(scope)}
                  onChange={(event) => setScopes(event.target.checked ? [...scopes, scope] : scopes.filter((one) => one !== scope))}
                />
              </span>
              <span>
                {text} <small className="sub mono">{scope}</small>
              </span>
            </label>
          ))}
      </fieldset>
      <div className="field">
        <label htmlFor="origins">
          {t('Web origins')} <span className="opt">{t('(optional)')}</span>
        </label>
        <textarea className="area" id="origins" value={origins} placeholder="https://people.example.com" onChange={(event) => setOrigins(event.target.value)} />
        <p className="hint">{t('Pages of these origins may use the key in browsers, one in each line.')}</p>
      </div>
      <label className="choice">
        <span className="check">
          <input type="checkbox" checked={trusted} onChange={(event) => setTrusted(event.target.checked)} />
        </span>
        <span>{t('It runs only documents that the operator trusts')}</span>
      </label>
    </Dialog>
  );
}

type Doing = { what: 'edit' | 'rotate' | 'revoke'; key: Key } | { what: 'shown'; shown: Shown } | null;

export function APIKeys() {
  const viewer = useViewer();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { create?: boolean };
  const [doing, setDoing] = useState<Doing>(null);
  const readable = viewer.mayRead('KEYS');
  const [{ data, error }, again] = useQuery({ query: keysDocument, pause: !readable });
  const may = viewer.may('KEYS');
  const setCreating = (open: boolean) => void navigate({ to: '/api-keys', search: open ? { create: true } : {} });
  const done = () => {
    setDoing(null);
    again({ requestPolicy: 'network-only' });
  };
  const show = (shown: Shown) => {
    if (search.create) setCreating(false);
    setDoing({ what: 'shown', shown });
  };
  const keys = (data?.keys.edges ?? []).map(({ node }) => node);
  const create = may && (
    <button className="btn go" onClick={() => setCreating(true)}>
      <Icon name="plus" />
      {t('Create an API key')}
    </button>
  );
  return (
    <Page title={t('API keys')} lead={t('Your own programs read and change what is here with these keys, over the API that this console uses.')} actions={create} operation={{ document: keysDocument }}>
      {!readable && <Forbidden text={t('Keys are for admins.')} />}
      {error && <Failed error={error} again={() => again({ requestPolicy: 'network-only' })} />}
      {readable && !data && !error && <Loading />}
      {data && keys.length === 0 && (
        <Empty icon="key" title={t('No key yet')} action={create}>
          {t('An API key opens the API for one program, within its scopes.')}
        </Empty>
      )}
      {keys.length > 0 && <KeyRows keys={keys} act={may ? (what, key) => setDoing({ what, key }) : undefined} />}
      {search.create && may && <Create close={() => setCreating(false)} shown={show} />}
      {doing?.what === 'edit' && <Edit editing={doing.key} close={done} />}
      {doing?.what === 'rotate' && <Rotate rotating={doing.key} close={done} shown={show} />}
      {doing?.what === 'revoke' && <Revoke revoking={doing.key} close={done} />}
      {doing?.what === 'shown' && <ShownOnce shown={doing.shown} close={done} />}
    </Page>
  );
}
