import { useEffect, useState } from 'react';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { graphql, type ResultOf } from '../graphql';
import { client } from '../app/api';
import { Page } from '../app/page';
import { Icon } from '../parts/icons';
import { Monogram } from '../parts/monogram';
import { Empty, Failed, Loading, NotFound } from '../parts/states';
import { n, number, t } from '../text/text';
import { nameOf } from './people';

const groupsDocument = graphql(`
  query Groups($directoryId: ID, $where: GroupWhereInput, $after: Cursor) {
    groups(directoryId: $directoryId, where: $where, first: 50, after: $after, orderBy: [{ field: NAME }]) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          displayName
          memberCount
          directory {
            id
            name
          }
        }
      }
    }
  }
`);

const groupDocument = graphql(`
  query Group($id: ID!) {
    group(by: { id: $id }) {
      id
      displayName
      externalId
      memberCount
      source
      providedAttributes
      updatedAt
      directory {
        id
        name
      }
    }
  }
`);

const lettersDocument = graphql(`
  query GroupLetters($id: ID!) {
    memberLetters(groupId: $id) {
      counted
      letters {
        letter
        count
        before
        cursor
      }
    }
  }
`);

const membersDocument = graphql(`
  query GroupMembers($directoryId: ID!, $id: ID!, $after: Cursor) {
    users(directoryId: $directoryId, where: { memberOf: $id }, first: 100, after: $after, orderBy: [{ field: NAME }]) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          displayName
          userName
          active
          title
          department
        }
      }
    }
  }
`);

type Group = NonNullable<ResultOf<typeof groupDocument>['group']>;
type Member = ResultOf<typeof membersDocument>['users']['edges'][number]['node'];
type Search = { q?: string; directory?: string; letter?: string };

function List({ current }: { current?: string }) {
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Search;
  const variables = { ...(search.directory ? { directoryId: search.directory } : {}), where: search.q ? { displayNameHasPrefix: search.q } : null };
  const key = JSON.stringify(variables);
  const [{ data, error, fetching }] = useQuery({ query: groupsDocument, variables });
  const [extra, setExtra] = useState<{ key: string; edges: NonNullable<typeof data>['groups']['edges'][number][]; cursor: string | null; more: boolean } | null>(null);
  const own = extra?.key === key ? extra : null;
  const edges = [...(data?.groups.edges ?? []), ...(own?.edges ?? [])];
  const more = own ? own.more : Boolean(data?.groups.pageInfo.hasNextPage);
  const loadMore = async () => {
    const after = own?.cursor ?? data?.groups.pageInfo.endCursor ?? null;
    const next = (await client.query(groupsDocument, { ...variables, after }).toPromise()).data?.groups;
    if (next) setExtra({ key, edges: [...(own?.edges ?? []), ...next.edges], cursor: next.pageInfo.endCursor ?? null, more: next.pageInfo.hasNextPage });
  };
  return (
    <section className="md-list" aria-labelledby="group-list">
      <div className="row mb">
        <h2 id="group-list">{t('Groups')}</h2>
        {data && <span className="muted small num">{number(data.groups.totalCount)}</span>}
      </div>
      <div className="search">
        <Icon name="search" />
        <input
          className="input"
          type="search"
          defaultValue={search.q ?? ''}
          placeholder={t('Name begins with')}
          aria-label={t('Find groups whose name begins with')}
          onChange={(event) => {
            const q = event.target.value;
            void navigate({ to: current ? '/groups/$id' : '/groups', ...(current ? { params: { id: current } } : {}), search: { ...(q ? { q } : {}), ...(search.directory ? { directory: search.directory } : {}) }, replace: true });
          }}
        />
      </div>
      {error && <Failed error={error} />}
      {!data && fetching && <Loading />}
      {data && edges.length === 0 && <Empty icon="group" title={search.q ? t('No group begins like that') : t('No groups yet')} />}
      <ul className="rows frame medium mt3">
        {edges.map(({ node }) => (
          <li key={node.id} className={node.id === current ? 'cur' : ''} data-row>
            <Monogram id={node.id} name={node.displayName} kind="thing" size="s">
              <Icon name="group" small />
            </Monogram>
            <span className="grow">
              <Link className="cover main-l" to="/groups/$id" params={{ id: node.id }} search={search}>
                {node.displayName}
              </Link>
              <small className="sub">{node.directory.name}</small>
            </span>
            <span className="n small muted num">{number(node.memberCount)}</span>
          </li>
        ))}
      </ul>
      {more && (
        <button className="btn wide mt3" onClick={() => void loadMore()}>
          {t('Show more')}
        </button>
      )}
    </section>
  );
}

/** The members by name, a page at a time from a letter on; a group may have a million. */
function Members({ group }: { group: Group }) {
  const [{ data: letters }] = useQuery({ query: lettersDocument, variables: { id: group.id } });
  const [from, setFrom] = useState<{ letter: string | null; cursor: string | null; before: number }>({ letter: null, cursor: null, before: 0 });
  const [{ data, error, fetching }] = useQuery({ query: membersDocument, variables: { directoryId: group.directory.id, id: group.id, after: from.cursor } });
  const [more, setMore] = useState<{ members: Member[]; cursor: string | null; next: boolean }>({ members: [], cursor: null, next: false });
  useEffect(() => setMore({ members: [], cursor: null, next: false }), [from, group.id]);
  const members = [...(data?.users.edges ?? []).map(({ node }) => node), ...more.members];
  const hasNext = more.cursor ? more.next : Boolean(data?.users.pageInfo.hasNextPage);
  const loadMore = async () => {
    const after = more.cursor ?? data?.users.pageInfo.endCursor ?? null;
    const page = (await client.query(membersDocument, { directoryId: group.directory.id, id: group.id, after }).toPromise()).data?.users;
    if (page) setMore({ members: [...more.members, ...page.edges.map(({ node }) => node)], cursor: page.pageInfo.endCursor ?? null, next: page.pageInfo.hasNextPage });
  };
  return (
    <>
      {letters && letters.memberLetters.letters.length > 1 && (
        <div className="row wrap mb" role="group" aria-label={t('Jump to a letter')}>
          {letters.memberLetters.letters.map((letter) => (
            <button key={letter.letter} className="chip" aria-pressed={from.letter === letter.letter} onClick={() => setFrom({ letter: letter.letter, cursor: letter.cursor, before: letter.before ?? 0 })}>
              {letter.letter} {letter.count !== null && <span className="n">{number(letter.count)}</span>}
            </button>
          ))}
        </div>
      )}
      {error && <Failed error={error} />}
      {!data && fetching && <Loading />}
      {data && members.length === 0 && <Empty icon="people" title={t('No members')} />}
      {members.length > 0 && (
        <>
          {letters?.memberLetters.counted && (
            <p className="small muted mb num" role="status">
              {t('{from} to {to} of {all}', { from: from.before + 1, to: from.before + members.length, all: group.memberCount })}
            </p>
          )}
          <div className="frame">
            <table className="table fold vt" role="table" aria-rowcount={group.memberCount}>
              <thead>
                <tr>
                  <th>{t('Name')}</th>
                  <th className="p2">{t('Title')}</th>
                  <th className="p3">{t('Department')}</th>
                </tr>
              </thead>
              <tbody>
                {members.map((member, i) => (
                  <tr key={member.id} aria-rowindex={from.before + i + 1} data-row>
                    <td className="top">
                      <div className="who">
                        <Monogram id={member.id} name={nameOf(member)} size="s" gone={!member.active} />
                        <Link className="main cover" to="/people/$id" params={{ id: member.id }}>
                          {nameOf(member)}
                        </Link>
                      </div>
                    </td>
                    <td className="p2 hide-fold">{member.title}</td>
                    <td className="p3 hide-fold">{member.department}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {hasNext && (
            <button className="btn wide mt3" onClick={() => void loadMore()}>
              {t('Show more')}
            </button>
          )}
        </>
      )}
    </>
  );
}

function Detail({ id }: { id: string }) {
  const [{ data, error }] = useQuery({ query: groupDocument, variables: { id } });
  const group = data?.group;
  if (error) return <Failed error={error} />;
  if (!data) return <Loading />;
  if (!group) return <NotFound />;
  return (
    <section aria-labelledby="group-head">
      <p className="only-md">
        <Link to="/groups">{t('All groups')}</Link>
      </p>
      <div className="head tight">
        <div>
          <div className="row wrap">
            <h2 className="title" id="group-head">
              {group.displayName}
            </h2>
            {group.providedAttributes.length > 0 && (
              <span className="badge line">
                <Icon name="lock" small />
                {t('Filled by an identity provider')}
              </span>
            )}
          </div>
          <p>
            {n(group.memberCount, '{n} member', '{n} members')} · <Link to="/directories/$id" params={{ id: group.directory.id }}>{group.directory.name}</Link>
          </p>
        </div>
      </div>
      <Members key={group.id} group={group} />
    </section>
  );
}

export function Groups() {
  const { id } = useParams({ strict: false }) as { id?: string };
  return (
    <Page title={t('Groups')} operation={id ? { document: groupDocument, variables: { id } } : { document: groupsDocument }}>
      <div className={id ? 'cols list-left md picked' : 'cols list-left md'}>
        <List {...(id ? { current: id } : {})} />
        {id ? <Detail id={id} /> : <Empty icon="group" title={t('Choose a group')} />}
      </div>
    </Page>
  );
}
