import { useState } from 'react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMutation, useQuery } from 'urql';
import { graphql, type ResultOf } from '../graphql';
import { fieldOf, messageOf } from '../app/api';
import { useEvery } from '../app/live';
import { Page } from '../app/page';
import { useViewer } from '../app/viewer';
import { Dialog } from '../parts/dialog';
import { Icon } from '../parts/icons';
import { Monogram } from '../parts/monogram';
import { Spark } from '../parts/spark';
import { Empty, Failed, Loading } from '../parts/states';
import { toast } from '../parts/toasts';
import { Time, useNow } from '../text/time';
import { n, number, t } from '../text/text';
import { healthDot, healthFragment, healthSentence, healthWord, urgency } from './health';

const directoriesDocument = graphql(
  `
    query Directories($after: Cursor) {
      directories(first: 50, after: $after, orderBy: [{ field: NAME }]) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        edges {
          node {
            id
            name
            description
            state
            counts {
              users
              groups
            }
            health {
              ...Health
              hours {
                startedAt
                changed
                failed
              }
            }
          }
        }
      }
    }
  `,
  [healthFragment],
);

const createDocument = graphql(`
  mutation CreateDirectory($input: CreateDirectoryInput!) {
    createDirectory(input: $input) {
      directory {
        id
        name
      }
    }
  }
`);

type Directory = ResultOf<typeof directoriesDocument>['directories']['edges'][number]['node'];

function Create({ close }: { close: () => void }) {
  const navigate = useNavigate();
  const [{ fetching, error }, create] = useMutation(createDocument);
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const submit = async () => {
    const { data } = await create({ input: { name, description } });
    if (!data) return;
    toast(t('{name} was created', { name: data.createDirectory.directory.name }));
    void navigate({ to: '/directories/$id', params: { id: data.createDirectory.directory.id } });
  };
  return (
    <Dialog
      title={t('Create a directory')}
      close={close}
      submit={submit}
      footer={
        <>
          <button type="button" className="btn" onClick={close}>
            {t('Cancel')}
          </button>
          <button className="btn go" disabled={fetching}>
            {t('Create directory')}
          </button>
        </>
      }
    >
      {error && !fieldOf(error) && <p role="alert">{messageOf(error)}</p>}
      <div className="field">
        <label htmlFor="name">{t('Name')}</label>
        <input
          className="input"
          id="name"
          value={name}
          maxLength={100}
          required
          autoFocus
          placeholder={t('Employees')}
          aria-invalid={fieldOf(error) === 'name'}
          onChange={(event) => setName(event.target.value)}
        />
        {error && fieldOf(error) === 'name' && <p className="err">{messageOf(error)}</p>}
      </div>
      <div className="field">
        <label htmlFor="description">
          {t('Description')} <span className="opt">{t('(optional)')}</span>
        </label>
        <textarea
          className="area"
          id="description"
          value={description}
          maxLength={250}
          placeholder={t('Whose people, from which source')}
          onChange={(event) => setDescription(event.target.value)}
        />
      </div>
    </Dialog>
  );
}

function Row({ directory, now }: { directory: Directory; now: Date }) {
  const { health, counts } = directory;
  const sentence = healthSentence(health);
  return (
    <tr role="row" data-row>
      <td className="top" role="cell">
        <div className="who">
          <Monogram id={directory.id} name={directory.name} kind="thing">
            <Icon name="directory" />
          </Monogram>
          <div>
            <Link className="name" to="/directories/$id" params={{ id: directory.id }}>
              {directory.name}
            </Link>
            {directory.description && <small>{directory.description}</small>}
          </div>
        </div>
      </td>
      <td role="cell" data-l={t('Health')}>
        <span className={`badge ${healthDot(health.status)}`}>
          <span className={`dot ${healthDot(health.status)}`} />
          {directory.state === 'PAUSED' ? t('Paused') : healthWord(health.status)}
        </span>
        {sentence && (
          <small>
            {sentence}{' '}
            {(health.status === 'FAILING' || health.status === 'DEGRADED') && (
              <Link className="over" to="/directories/$id/log" params={{ id: directory.id }}>
                {t('See them')}
              </Link>
            )}
            {health.status === 'NEVER_CONNECTED' && (
              <Link className="over" to="/directories/$id" params={{ id: directory.id }}>
                {t('Connect one')}
              </Link>
            )}
          </small>
        )}
      </td>
      <td className="num half1" role="cell" data-l={t('People')}>
        {number(counts.users)}
      </td>
      <td className="num p2 hide-fold" role="cell">
        {number(counts.groups)}
      </td>
      <td className="p2 hide-fold" role="cell">
        <Time at={health.lastRequestAt} />
      </td>
      <td className="p3 half2" role="cell">
        {health.status === 'NEVER_CONNECTED' ? <span className="muted">–</span> : <Spark values={health.hours} now={now} />}
      </td>
    </tr>
  );
}

function lead(directories: Directory[], total: number): string {
  const people = directories.reduce((sum, one) => sum + one.counts.users, 0);
  const troubled = directories.filter((one) => urgency(one.health.status) < 3).length;
  const some = n(total, '{n} directory.', '{n} directories.');
  if (directories.length < total) return some;
  return [
    t('Each holds the people of one source.'),
    n(people, '{n} person in', '{n} people in'),
    some,
    troubled > 0 ? n(troubled, '{n} needs a look.', '{n} need a look.') : '',
  ].join(' ');
}

export function Directories() {
  const viewer = useViewer();
  const navigate = useNavigate();
  const now = useNow();
  const search = useSearch({ strict: false }) as { create?: boolean };
  const [{ data, error, fetching }, again] = useQuery({ query: directoriesDocument, variables: {} });
  useEvery(30_000, () => again({ requestPolicy: 'network-only' }));
  const creating = Boolean(search.create);
  const setCreating = (open: boolean) => void navigate({ to: '/directories', search: open ? { create: true } : {} });
  const directories = (data?.directories.edges ?? [])
    .map(({ node }) => node)
    .sort((a, b) => urgency(a.health.status) - urgency(b.health.status));
  const mayCreate = viewer.may('WRITE');
  const create = mayCreate && (
    <button className="btn go" aria-keyshortcuts="c" onClick={() => setCreating(true)}>
      <Icon name="plus" />
      {t('Create directory')}
    </button>
  );
  return (
    <Page
      title={t('Directories')}
      lead={data && directories.length > 0 && lead(directories, data.directories.totalCount)}
      actions={create}
      operation={{ document: directoriesDocument }}
    >
      {error && <Failed error={error} again={() => again({ requestPolicy: 'network-only' })} />}
      {!data && fetching && <Loading />}
      {data && directories.length === 0 && (
        <Empty icon="directory" title={t('No directory yet')} action={create}>
          {t('A directory holds the people of one source, such as Microsoft Entra ID. Create one, then connect its source.')}
        </Empty>
      )}
      {directories.length > 0 && (
        <>
          <div className="frame">
            <table className="table fold dirs" role="table">
              <thead>
                <tr>
                  <th>{t('Directory')}</th>
                  <th>{t('Health')}</th>
                  <th className="num">{t('People')}</th>
                  <th className="num p2">{t('Groups')}</th>
                  <th className="p2">{t('Last request')}</th>
                  <th className="p3">{t('Changes in 24 hours')}</th>
                </tr>
              </thead>
              <tbody>
                {directories.map((directory) => (
                  <Row key={directory.id} directory={directory} now={now} />
                ))}
              </tbody>
            </table>
          </div>
          <p className="small muted mt3">{t('What needs you comes first; then by name.')}</p>
        </>
      )}
      {creating && mayCreate && <Create close={() => setCreating(false)} />}
    </Page>
  );
}
