import { useState } from 'react';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMutation, useQuery } from 'urql';
import { graphql, type ResultOf } from '../graphql';
import { useViewer } from '../app/viewer';
import { Copy } from '../parts/copy';
import { Dialog } from '../parts/dialog';
import { Icon } from '../parts/icons';
import { Empty, Failed, Forbidden, Loading } from '../parts/states';
import { toast } from '../parts/toasts';
import { MutationError } from '../parts/mutationError';
import { Time, date } from '../text/time';
import { n, t } from '../text/text';
import { DirectoryPage } from './directoryPage';

export const keyFragment = graphql(`
  fragment KeyRow on Key {
    id
    kind
    name
    description
    prefix
    issuer
    state
    scopes
    origins
    trustedDocumentsOnly
    expiresAt
    lastUsedAt
    lastUsedAddress
    lastUsedAgent
    revokedAt
    createdAt
    version
    createdBy {
      kind
    }
    successor {
      id
      lastUsedAt
    }
  }
`);

export type Key = ResultOf<typeof keyFragment>;

const keysDocument = graphql(
  `
    query DirectoryKeys($id: ID!, $after: Cursor) {
      directory(id: $id) {
        id
        scimUrl
        keys(first: 50, after: $after, where: { kind: DIRECTORY }, orderBy: [{ field: CREATED_AT, direction: DESC }]) {
          totalCount
          pageInfo {
            hasNextPage
            endCursor
          }
          edges {
            node {
              ...KeyRow
            }
          }
        }
        oauthClients(first: 50) {
          edges {
            node {
              id
              name
              description
              tokenEndpoint
              tokenLifetimeSeconds
              jwks
              lastTokenAt
              revokedAt
              federation {
                issuer
                audience
                subject
              }
              secrets {
                id
                prefix
                expiresAt
              }
            }
          }
        }
      }
    }
  `,
  [keyFragment],
);

const createDocument = graphql(
  `
    mutation CreateKey($input: CreateKeyInput!) {
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

const rotateDocument = graphql(
  `
    mutation RotateKey($input: RotateKeyInput!) {
      rotateKey(input: $input) {
        accessToken
        key {
          ...KeyRow
        }
        predecessor {
          ...KeyRow
        }
      }
    }
  `,
  [keyFragment],
);

const revokeDocument = graphql(
  `
    mutation RevokeKey($input: RevokeKeyInput!) {
      revokeKey(input: $input) {
        key {
          ...KeyRow
        }
      }
    }
  `,
  [keyFragment],
);

const createClientDocument = graphql(`
  mutation CreateOAuthClient($input: CreateOAuthClientInput!) {
    createOAuthClient(input: $input) {
      clientSecret
      client {
        id
        name
        tokenEndpoint
      }
    }
  }
`);

const revokeClientDocument = graphql(`
  mutation RevokeOAuthClient($input: RevokeOAuthClientInput!) {
    revokeOAuthClient(input: $input) {
      client {
        id
        revokedAt
      }
    }
  }
`);

const ended = (key: Key) => key.state === 'REVOKED' || key.state === 'EXPIRED';

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

export type Secret = { label: string; value: string };
export type Shown = { title: string; name: string; description: string; secrets: Secret[]; values: Secret[] };

/** What is shown once. It closes after the secret was copied, or is said to be stored in another way. */
export function ShownOnce({ shown, close }: { shown: Shown; close: () => void }) {
  const [stored, setStored] = useState(false);
  return (
    <Dialog
      wide
      title={shown.title}
      {...(stored ? { close } : {})}
      footer={
        <>
          <label className="choice start">
            <span className="check">
              <input type="checkbox" checked={stored} onChange={(event) => setStored(event.target.checked)} />
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
          <Copy value={secret.value} label={secret.label} copied={() => setStored(true)} />
        </div>
      ))}
      {shown.values.map((value) => (
        <div className="copyrow" key={value.label}>
          <span>{value.label}</span>
          <Copy value={value.value} label={value.label} />
        </div>
      ))}
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

const day = 24 * 60 * 60 * 1000;

/** When a new key ends, as an ISO time; null for never. */
function ends(choice: string): string | null {
  return choice === '' ? null : new Date(Date.now() + Number(choice) * day).toISOString();
}

function EndsField({ value, set }: { value: string; set: (value: string) => void }) {
  return (
    <div className="field">
      <label htmlFor="ends">{t('Ends')}</label>
      <select className="select" id="ends" value={value} onChange={(event) => set(event.target.value)}>
        <option value="">{t('Never')}</option>
        {[90, 365, 730].map((days) => (
          <option key={days} value={days}>
            {t('On {date}', { date: date(new Date(Date.now() + days * day).toISOString()) })}
          </option>
        ))}
      </select>
    </div>
  );
}

function Create({ directory, scimUrl, close, shown }: { directory: string; scimUrl: string; close: () => void; shown: (shown: Shown) => void }) {
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

/** Asks to type a name before something ends that cannot be undone. */
export function Confirm(props: { title: string; effect: string; name: string; verb: string; fetching: boolean; children?: React.ReactNode; close: () => void; submit: () => void }) {
  const [typed, setTyped] = useState('');
  return (
    <Dialog
      title={props.title}
      close={props.close}
      submit={() => {
        if (typed === props.name) props.submit();
      }}
      footer={
        <>
          <button type="button" className="btn" onClick={props.close}>
            {t('Keep it')}
          </button>
          <button className="btn no fill" disabled={typed !== props.name || props.fetching}>
            {props.verb}
          </button>
        </>
      }
    >
      {props.children}
      <p>{props.effect}</p>
      <div className="field">
        <label htmlFor="confirm">{t('Type {name} to confirm', { name: props.name })}</label>
        <input className="input" id="confirm" value={typed} autoComplete="off" autoFocus onChange={(event) => setTyped(event.target.value)} />
      </div>
    </Dialog>
  );
}

export function Revoke({ revoking, close }: { revoking: Key; close: () => void }) {
  const [{ fetching, error }, revoke] = useMutation(revokeDocument);
  const submit = async () => {
    const { data } = await revoke({ input: { id: revoking.id } });
    if (!data) return;
    toast(t('{name} was revoked', { name: revoking.name }));
    close();
  };
  return (
    <Confirm
      title={t('Revoke {name}', { name: revoking.name })}
      effect={t('Whoever uses it is refused from now on, everywhere within a second. It cannot be undone. To replace it without a gap, rotate it.')}
      name={revoking.name}
      verb={t('Revoke key')}
      fetching={fetching}
      close={close}
      submit={() => void submit()}
    >
      <MutationError error={error} />
    </Confirm>
  );
}

export function KeyRows({ keys, act }: { keys: Key[]; act?: ((what: 'rotate' | 'revoke', key: Key) => void) | undefined }) {
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
        {key.successor?.lastUsedAt && <small>{t('the new one is in use')}</small>}
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
      <td className="p2 hide-fold">{key.expiresAt ? <Time at={key.expiresAt} /> : t('Never')}</td>
      <td className="end corner">
        {!ended(key) && act && (
          <span className="btns">
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

type Result = NonNullable<ResultOf<typeof keysDocument>['directory']>;
type OAuthClient = Result['oauthClients']['edges'][number]['node'];

function method(client: OAuthClient): string {
  if (client.federation) return t('JSON Web Tokens of {issuer}', { issuer: client.federation.issuer });
  if (client.jwks) return t('A key pair of its own');
  return n(client.secrets.length, 'A client secret', '{n} client secrets');
}

function CreateClient({ directory, scimUrl, close, shown }: { directory: string; scimUrl: string; close: () => void; shown: (shown: Shown) => void }) {
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

function RevokeClient({ client, close }: { client: OAuthClient; close: () => void }) {
  const [{ fetching, error }, revoke] = useMutation(revokeClientDocument);
  const submit = async () => {
    const { data } = await revoke({ input: { id: client.id } });
    if (data) close();
  };
  return (
    <Confirm
      title={t('Revoke {name}', { name: client.name })}
      effect={t('Its secrets and access tokens are refused from now on. It cannot be undone.')}
      name={client.name}
      verb={t('Revoke client')}
      fetching={fetching}
      close={close}
      submit={() => void submit()}
    >
      <MutationError error={error} />
    </Confirm>
  );
}

function Clients({ clients, may, create, revoke }: { clients: OAuthClient[]; may: boolean; create: () => void; revoke: (client: OAuthClient) => void }) {
  return (
    <section className="mt7" aria-labelledby="h-oauth">
      <div className="section-h">
        <h2 id="h-oauth">{t('OAuth clients')}</h2>
        {may && (
          <button className="btn s end" onClick={create}>
            {t('Create client')}
          </button>
        )}
        <p>{t('In place of one lasting token, the identity provider fetches a new one every few hours. Microsoft asks this of gallery applications.')}</p>
      </div>
      {clients.length > 0 && (
        <div className="frame">
          <table className="table fold" role="table">
            <thead>
              <tr>
                <th>{t('Client')}</th>
                <th>{t('Signs in with')}</th>
                <th>{t('Last token')}</th>
                <th className="end">
                  <span className="vh">{t('Actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {clients.map((client) => (
                <tr key={client.id} data-row>
                  <td className="top">
                    <span className={client.revokedAt ? 'main soft' : 'main'}>{client.name}</span>
                    <small className="mono">{client.id}</small>
                  </td>
                  <td className="top2">{client.revokedAt ? t('Revoked') : method(client)}</td>
                  <td data-l={t('Last token')}>
                    <Time at={client.lastTokenAt} />
                  </td>
                  <td className="end corner">
                    {!client.revokedAt && may && (
                      <button className="btn s no" onClick={() => revoke(client)}>
                        {t('Revoke')}
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

type Doing = { what: 'client' } | { what: 'rotate' | 'revoke'; key: Key } | { what: 'revokeClient'; client: OAuthClient } | { what: 'shown'; shown: Shown } | null;

function Content({ id }: { id: string }) {
  const viewer = useViewer();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { create?: boolean };
  const [doing, setDoing] = useState<Doing>(null);
  const [{ data, error }, again] = useQuery({ query: keysDocument, variables: { id } });
  const may = viewer.may('KEYS') && viewer.may('WRITE');
  const setCreating = (open: boolean) => void navigate({ to: '/directories/$id/keys', params: { id }, search: open ? { create: true } : {} });
  const done = () => {
    setDoing(null);
    again({ requestPolicy: 'network-only' });
  };
  const show = (shown: Shown) => {
    if (search.create) setCreating(false);
    setDoing({ what: 'shown', shown });
  };
  if (!data?.directory) return error ? <Failed error={error} /> : <Loading />;
  const { scimUrl } = data.directory;
  const keys = data.directory.keys.edges.map(({ node }) => node);
  const clients = data.directory.oauthClients.edges.map(({ node }) => node);
  return (
    <>
      {keys
        .filter((key) => key.state === 'EXPIRING')
        .map((key) => (
          <div className="note warn" key={key.id}>
            <span>
              <Icon name="clock" />
            </span>
            <div>
              <b>{t('{name} ends on {date}.', { name: key.name, date: date(key.expiresAt ?? '') })}</b> {t('Whatever uses it will be refused from then on. Rotate it; both will work for a while.')}
            </div>
          </div>
        ))}
      <section className="mt5" aria-labelledby="h-keys">
        <div className="section-h">
          <h2 id="h-keys">{t('Directory Keys')}</h2>
          {may && (
            <button className="btn s go end" aria-keyshortcuts="c" onClick={() => setCreating(true)}>
              <Icon name="plus" />
              {t('Create New Key')}
            </button>
          )}
        </div>
        {keys.length === 0 ? (
          <Empty icon="key" title={t('No key yet')}>
            {t('A key lets an identity provider fill this directory, and nothing else.')}
          </Empty>
        ) : (
          <KeyRows keys={keys} act={may ? (what, key) => setDoing({ what, key }) : undefined} />
        )}
      </section>
      <Clients clients={clients} may={may} create={() => setDoing({ what: 'client' })} revoke={(client) => setDoing({ what: 'revokeClient', client })} />
      {search.create && may && <Create directory={id} scimUrl={scimUrl} close={() => setCreating(false)} shown={show} />}
      {doing?.what === 'rotate' && <Rotate rotating={doing.key} url={scimUrl} close={done} shown={show} />}
      {doing?.what === 'revoke' && <Revoke revoking={doing.key} close={done} />}
      {doing?.what === 'client' && <CreateClient directory={id} scimUrl={scimUrl} close={done} shown={show} />}
      {doing?.what === 'revokeClient' && <RevokeClient client={doing.client} close={done} />}
      {doing?.what === 'shown' && <ShownOnce shown={doing.shown} close={done} />}
    </>
  );
}

export function DirectoryKeys() {
  const viewer = useViewer();
  const { id } = useParams({ strict: false }) as { id: string };
  return (
    <DirectoryPage tab={t('Keys')} lead={t('A key lets an identity provider fill this directory, and nothing else.')} operation={{ document: keysDocument, variables: { id } }}>
      {() => (viewer.mayRead('KEYS') ? <Content id={id} /> : <Forbidden text={t('Keys are for admins.')} />)}
    </DirectoryPage>
  );
}
