import type { ReactNode } from 'react';
import { Link, useParams } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { graphql, type ResultOf } from '../graphql';
import { Page } from '../app/page';
import { useViewer } from '../app/viewer';
import { Failed, Loading, NotFound } from '../parts/states';
import type { Operation } from '../parts/showGraphQL';
import { number, t } from '../text/text';
import { healthDot, healthFragment, healthWord } from './health';

export const headDocument = graphql(
  `
    query DirectoryHead($id: ID!) {
      directory(id: $id) {
        id
        name
        description
        state
        disabledUsers
        version
        scimUrl
        counts {
          users
          activeUsers
          groups
        }
        health {
          ...Health
        }
      }
    }
  `,
  [healthFragment],
);

export type Directory = NonNullable<ResultOf<typeof headDocument>['directory']>;

type Props = {
  lead?: string;
  /** The name of the tab, but for the first one. */
  tab?: string;
  operation?: Operation;
  actions?: (directory: Directory) => ReactNode;
  children: (directory: Directory, again: () => void) => ReactNode;
};

/** A screen of one directory: its name, its health and its tabs, and what is below them. */
export function DirectoryPage({ lead, tab: here, operation, actions, children }: Props) {
  const viewer = useViewer();
  const { id } = useParams({ strict: false }) as { id: string };
  const [{ data, error }, execute] = useQuery({ query: headDocument, variables: { id } });
  const again = () => execute({ requestPolicy: 'network-only' });
  const directory = data?.directory;
  const tab = (to: string, text: string, count?: number) => (
    <Link to={to} params={{ id }} activeOptions={{ exact: true, includeSearch: false }}>
      {text}
      {count !== undefined && <span className="n"> {number(count)}</span>}
    </Link>
  );
  return (
    <Page
      title={directory?.name ?? t('Directory')}
      crumbs={[{ text: t('Directories'), to: '/directories' }, ...(here ? [{ text: directory?.name ?? t('Directory'), to: `/directories/${id}` }] : [])]}
      here={here}
      {...(operation ? { operation } : {})}
      lead={directory && (lead ?? directory.description)}
      badge={
        directory && (
          <span className={`badge ${directory.state === 'PAUSED' ? 'off' : healthDot(directory.health.status)}`}>
            <span className={`dot ${healthDot(directory.health.status)}`} />
            {directory.state === 'PAUSED' ? t('Paused') : healthWord(directory.health.status)}
          </span>
        )
      }
      actions={directory && actions?.(directory)}
      tabs={
        <nav className="tabs" aria-label={directory?.name ?? t('Directory')}>
          {tab('/directories/$id', t('Overview'))}
          <Link to="/people" search={{ directory: id }}>
            {t('People')}
            {directory && <span className="n"> {number(directory.counts.users)}</span>}
          </Link>
          <Link to="/groups" search={{ directory: id }}>
            {t('Groups')}
            {directory && <span className="n"> {number(directory.counts.groups)}</span>}
          </Link>
          {viewer.mayRead('KEYS') && tab('/directories/$id/keys', t('Keys'))}
          {viewer.mayRead('RECORDS') && tab('/directories/$id/log', t('Provisioning log'))}
          {viewer.may('WRITE') && tab('/directories/$id/settings', t('Settings'))}
        </nav>
      }
    >
      {error && <Failed error={error} again={again} />}
      {!data && !error && <Loading />}
      {data && !directory && <NotFound />}
      {directory && children(directory, again)}
    </Page>
  );
}
