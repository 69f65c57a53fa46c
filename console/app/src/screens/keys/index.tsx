import { useState } from 'react';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { useViewer } from '../../app/viewer';
import { Icon } from '../../parts/icons';
import { Empty, Failed, Forbidden, Loading } from '../../parts/states';
import { date } from '../../text/time';
import { t } from '../../text/text';
import { DirectoryPage } from '../directoryPage';
import { AnotherSecret, Clients, RevokeClient } from './clients';
import { Create } from './create';
import { CreateClient } from './createClient';
import { keysDocument, type Key, type OAuthClient } from './documents';
import { Edit } from './edit';
import { KeyRows } from './keyRows';
import { Revoke } from './revoke';
import { Rotate } from './rotate';
import { ShownOnce, type Shown } from './shownOnce';

export { Confirm } from './confirm';
export { keyFragment, type Key } from './documents';
export { Edit } from './edit';
export { KeyRows } from './keyRows';
export { Revoke } from './revoke';
export { Rotate } from './rotate';
export { ShownOnce, type Secret, type Shown } from './shownOnce';

type Doing = { what: 'client' } | { what: 'edit' | 'rotate' | 'revoke'; key: Key } | { what: 'secret' | 'revokeClient'; client: OAuthClient } | { what: 'shown'; shown: Shown } | null;

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
            {may && (
              <span className="end">
                <button className="btn s" onClick={() => setDoing({ what: 'rotate', key })}>
                  {t('Rotate')}
                </button>
              </span>
            )}
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
      <Clients clients={clients} may={may} create={() => setDoing({ what: 'client' })} secret={(client) => setDoing({ what: 'secret', client })} revoke={(client) => setDoing({ what: 'revokeClient', client })} />
      {search.create && may && <Create directory={id} scimUrl={scimUrl} close={() => setCreating(false)} shown={show} />}
      {doing?.what === 'edit' && <Edit editing={doing.key} close={done} />}
      {doing?.what === 'secret' && <AnotherSecret client={doing.client} close={done} shown={show} />}
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
