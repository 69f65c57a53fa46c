import { useDeferredValue, useEffect, useState } from 'react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { graphql, type ResultOf, type VariablesOf } from '../graphql';
import { client } from '../app/api';
import { Page } from '../app/page';
import { Icon } from '../parts/icons';
import { Mail, Marked, marksOf } from '../parts/marked';
import { Monogram } from '../parts/monogram';
import { Empty, Failed, Loading } from '../parts/states';
import { toast } from '../parts/toasts';
import { download, toCSV } from '../parts/export';
import { n, number, t } from '../text/text';

const peopleDocument = graphql(`
  query People($directoryId: ID, $query: String, $where: UserWhereInput, $orderBy: [UserOrder!], $first: Int, $after: Cursor) {
    users(directoryId: $directoryId, query: $query, where: $where, orderBy: $orderBy, first: $first, after: $after) {
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
          division
          emails {
            value
            type
            primary
          }
          phoneNumbers {
            value
            type
          }
          addresses {
            locality
          }
        }
        highlights {
          field
          parts
        }
      }
    }
  }
`);

const facetsDocument = graphql(`
  query PeopleFacets($directoryId: ID, $query: String, $where: UserWhereInput) {
    userFacets(directoryId: $directoryId, query: $query, where: $where) {
      counted
      complete
      active
      departments {
        values {
          value
          count
        }
      }
      titles {
        values {
          value
          count
        }
      }
      directories {
        count
        directory {
          id
          name
        }
      }
    }
  }
`);

type Edge = ResultOf<typeof peopleDocument>['users']['edges'][number];
type Person = Edge['node'];
type Variables = VariablesOf<typeof peopleDocument>;
type Where = NonNullable<NonNullable<Variables>['where']>;

type Search = { q?: string; directory?: string; department?: string; title?: string; state?: 'active' | 'disabled'; view?: 'cards' };

export const nameOf = (person: { displayName: string | null; userName: string }) => person.displayName ?? person.userName;
export const mailOf = (person: Pick<Person, 'emails'>) => (person.emails.find((mail) => mail.primary) ?? person.emails[0])?.value ?? '';
const phoneOf = (person: Person) => person.phoneNumbers[0]?.value ?? '';

function filter(search: Search): Where {
  const where: Where = {};
  if (search.department) where.department = search.department;
  if (search.title) where.title = search.title;
  if (search.state) where.active = search.state === 'active';
  return where;
}

function asked(search: Search): NonNullable<Variables> {
  const query = search.q?.trim();
  return {
    ...(search.directory ? { directoryId: search.directory } : {}),
    ...(query ? { query } : { orderBy: [{ field: 'NAME', direction: 'ASC' }] }),
    where: filter(search),
  };
}

function Facet({ legend, name, values, chosen, change }: { legend: string; name: string; values: { value: string; label: string; count?: number }[]; chosen: string | undefined; change: (value: string | undefined) => void }) {
  if (values.length === 0) return null;
  return (
    <fieldset>
      <legend>{legend}</legend>
      {values.map(({ value, label, count }) => (
        <label className="check" key={value}>
          <input type="checkbox" name={name} checked={chosen === value} onChange={(event) => change(event.target.checked ? value : undefined)} />
          <span className="grow">{label}</span> {count !== undefined && <span className="n">{number(count)}</span>}
        </label>
      ))}
    </fieldset>
  );
}

function Contact({ person }: { person: Person }) {
  const mail = mailOf(person);
  const phone = phoneOf(person);
  return (
    <span className="btns">
      {mail && (
        <a className="btn s icon quiet" href={`mailto:${encodeURIComponent(mail)}`} aria-label={t('Mail {name}', { name: nameOf(person) })}>
          <Icon name="mail" />
        </a>
      )}
      {phone && (
        <a className="btn s icon quiet hide-fold" href={`tel:${phone.replace(/[^+\d]/g, '')}`} aria-label={t('Call {name}', { name: nameOf(person) })}>
          <Icon name="phone" />
        </a>
      )}
    </span>
  );
}

function Row({ edge }: { edge: Edge }) {
  const { node: person, highlights } = edge;
  const marks = marksOf(highlights);
  return (
    <tr data-row>
      <td className="top">
        <div className="who">
          <Monogram id={person.id} name={nameOf(person)} gone={!person.active} />
          <div>
            <Link className={person.active ? 'main cover' : 'main cover soft'} to="/people/$id" params={{ id: person.id }}>
              <Marked parts={marks.get('DISPLAY_NAME')} text={nameOf(person)} />
            </Link>{' '}
            {!person.active && <span className="badge line">{t('Disabled')}</span>}
            <small>
              <Mail address={mailOf(person)} />
            </small>
          </div>
        </div>
      </td>
      <td className="in">
        <Marked parts={marks.get('TITLE')} text={person.title ?? ''} />
      </td>
      <td className="p2 in">
        <Marked parts={marks.get('DEPARTMENT')} text={person.department ?? ''} />
      </td>
      <td className="p3 hide-fold">{person.addresses[0]?.locality}</td>
      <td className="end corner">
        <Contact person={person} />
      </td>
    </tr>
  );
}

function Card({ edge }: { edge: Edge }) {
  const { node: person, highlights } = edge;
  const marks = marksOf(highlights);
  return (
    <li className="tile">
      <Monogram id={person.id} name={nameOf(person)} size="l" gone={!person.active} />
      <b>
        <Link className="cover" to="/people/$id" params={{ id: person.id }}>
          <Marked parts={marks.get('DISPLAY_NAME')} text={nameOf(person)} />
        </Link>
      </b>
      <span>{person.title}</span>
      <small>{person.department}</small>
    </li>
  );
}

function usePeople(search: Search) {
  const variables = asked(search);
  const key = JSON.stringify(variables);
  const [{ data, error, fetching }, execute] = useQuery({ query: peopleDocument, variables: { ...variables, first: 50 } });
  const [extra, setExtra] = useState<{ key: string; edges: Edge[]; cursor: string | null; more: boolean }>({ key, edges: [], cursor: null, more: false });
  const [last, setLast] = useState(data);
  useEffect(() => {
    if (data) setLast(data);
  }, [data]);
  const shown = data ?? last; // the last good result stays until the next is there
  const own = extra.key === key ? extra : null;
  const page = shown?.users;
  const loadMore = async () => {
    const after = own?.cursor ?? page?.pageInfo.endCursor ?? null;
    const result = await client.query(peopleDocument, { ...variables, first: 100, after }).toPromise();
    const next = result.data?.users;
    if (next) setExtra({ key, edges: [...(own?.edges ?? []), ...next.edges], cursor: next.pageInfo.endCursor ?? null, more: next.pageInfo.hasNextPage });
  };
  return {
    edges: [...(page?.edges ?? []), ...(own?.edges ?? [])],
    total: page?.totalCount ?? 0,
    more: own ? own.more : Boolean(page?.pageInfo.hasNextPage),
    loaded: Boolean(shown),
    loadMore,
    error,
    fetching,
    again: () => execute({ requestPolicy: 'network-only' }),
  };
}

const columns = ['id', 'userName', 'displayName', 'active', 'title', 'department', 'division', 'email', 'phone', 'place'] as const;

function cells(person: Person): Record<(typeof columns)[number], string> {
  return {
    id: person.id,
    userName: person.userName,
    displayName: person.displayName ?? '',
    active: String(person.active),
    title: person.title ?? '',
    department: person.department ?? '',
    division: person.division ?? '',
    email: mailOf(person),
    phone: phoneOf(person),
    place: person.addresses[0]?.locality ?? '',
  };
}

/** Reads everybody under the filter, page by page, and saves them. */
async function exportPeople(search: Search, format: 'csv' | 'json', progress: (count: number) => void) {
  const found: Person[] = [];
  let after: string | null = null;
  do {
    const variables: Variables = { ...asked(search), first: 100, after };
    const result = await client.query(peopleDocument, variables).toPromise();
    const page: ResultOf<typeof peopleDocument>['users'] | undefined = result.data?.users;
    if (result.error || !page) throw result.error;
    found.push(...page.edges.map(({ node }) => node));
    progress(found.length);
    after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
  } while (after);
  if (format === 'json') return download('people.json', 'application/json', [JSON.stringify(found, null, 1)]);
  download('people.csv', 'text/csv', [toCSV([...columns]), ...found.map((person) => toCSV(columns.map((column) => cells(person)[column])))]);
}

export function People() {
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Search;
  const [typed, setTyped] = useState(search.q ?? '');
  const [exporting, setExporting] = useState<number | null>(null);
  const deferred = useDeferredValue(search);
  const people = usePeople(deferred);
  const { directoryId, query, where } = asked(deferred);
  const [{ data: facets }] = useQuery({ query: facetsDocument, variables: { ...(directoryId ? { directoryId } : {}), ...(query ? { query } : {}), where: where ?? null } });
  const change = (next: Partial<Record<keyof Search, string | undefined>>) =>
    void navigate({ to: '/people', search: Object.fromEntries(Object.entries({ ...search, ...next }).filter(([, value]) => value)), replace: 'q' in next });
  const save = async (format: 'csv' | 'json') => {
    setExporting(0);
    try {
      await exportPeople(search, format, setExporting);
    } catch {
      toast(t('The export was not finished. Try again.'));
    }
    setExporting(null);
  };
  const found = facets?.userFacets;
  const values = (list: readonly { value: string; count: number }[] | undefined, chosen: string | undefined) => {
    const all: { value: string; label: string; count?: number }[] = (list ?? []).slice(0, 8).map(({ value, count }) => ({ value, label: value, count }));
    if (chosen && !all.some((one) => one.value === chosen)) all.unshift({ value: chosen, label: chosen });
    return all;
  };
  const directories = (found?.directories ?? []).map(({ directory, count }) => ({ value: directory.id, label: directory.name, count }));
  const filtered = search.directory ?? search.department ?? search.title ?? search.state;
  return (
    <Page
      title={t('People')}
      operation={{ document: peopleDocument, variables: { ...asked(search), first: 50 } }}
      actions={
        <>
          <button className="btn" disabled={exporting !== null} onClick={() => void save('csv')}>
            <Icon name="download" />
            {exporting === null ? t('Export CSV') : t('{n} read', { n: exporting })}
          </button>
          <button className="btn" disabled={exporting !== null} onClick={() => void save('json')}>
            JSON
          </button>
        </>
      }
    >
      <div className="search big" role="search">
        <Icon name="search" />
        <input
          className="input"
          type="search"
          value={typed}
          autoFocus
          aria-label={t('Find people by name, e-mail, phone, title or department')}
          placeholder={t('Name, e-mail, phone, title or department')}
          onChange={(event) => {
            setTyped(event.target.value);
            change({ q: event.target.value });
          }}
        />
        <kbd className="hide-narrow">/</kbd>
      </div>
      <p className="small muted mt2">{t('Each word may begin any word of a name, title or department. Typing errors are forgiven.')}</p>
      <div className="cols rail-left mt6">
        <details className="facets" open={matchMedia('(min-width: 60rem)').matches}>
          <summary className="btn s only-facets">
            <Icon name="filter" />
            {t('Filters')}
          </summary>
          <div className="facet-body">
            <Facet legend={t('Directory')} name="directory" values={directories} chosen={search.directory} change={(directory) => change({ directory })} />
            <Facet legend={t('Department')} name="department" values={values(found?.departments.values, search.department)} chosen={search.department} change={(department) => change({ department })} />
            <Facet legend={t('Title')} name="title" values={values(found?.titles.values, search.title)} chosen={search.title} change={(title) => change({ title })} />
            {found && (
              <Facet
                legend={t('State')}
                name="state"
                values={[
                  { value: 'active', label: t('Active'), count: found.active },
                  { value: 'disabled', label: t('Disabled'), count: found.counted - found.active },
                ]}
                chosen={search.state}
                change={(state) => change({ state })}
              />
            )}
            {found && !found.complete && <p className="small muted">{n(found.counted, 'Of {n} person counted.', 'Of {n} people counted.')}</p>}
          </div>
        </details>
        <section aria-labelledby="results">
          <div className="row wrap mb">
            <h2 id="results" className="medium" role="status">
              {people.loaded && n(people.total, '{n} person', '{n} people')}
            </h2>
            {filtered && (
              <button className="chip on" onClick={() => change({ directory: undefined, department: undefined, title: undefined, state: undefined })}>
                {t('Clear filters')} <Icon name="x" small />
              </button>
            )}
            <span className="end seg" role="radiogroup" aria-label={t('View')}>
              <label>
                <input type="radio" name="view" checked={search.view !== 'cards'} aria-label={t('Table')} onChange={() => change({ view: undefined })} />
                <span>
                  <Icon name="list" />
                </span>
              </label>
              <label>
                <input type="radio" name="view" checked={search.view === 'cards'} aria-label={t('Cards')} onChange={() => change({ view: 'cards' })} />
                <span>
                  <Icon name="grid" />
                </span>
              </label>
            </span>
          </div>
          {people.error && <Failed error={people.error} again={people.again} />}
          {!people.loaded && !people.error && <Loading />}
          {people.loaded && people.edges.length === 0 && (
            <Empty icon="search" title={search.q ? t('Nobody has all these words') : t('Nobody here yet')}>
              {search.q ? t('Leave out a word, or clear the filters. Words are looked for in names, titles, departments, addresses and numbers.') : t('Connect an identity provider to a directory; people arrive by themselves.')}
            </Empty>
          )}
          {people.edges.length > 0 && search.view !== 'cards' && (
            <div className="frame">
              <table className="table fold ppl" role="table">
                <thead>
                  <tr>
                    <th>{t('Name')}</th>
                    <th>{t('Title')}</th>
                    <th className="p2">{t('Department')}</th>
                    <th className="p3">{t('Place')}</th>
                    <th className="end">
                      <span className="vh">{t('Contact')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {people.edges.map((edge) => (
                    <Row key={edge.node.id} edge={edge} />
                  ))}
                </tbody>
              </table>
            </div>
          )}
          {people.edges.length > 0 && search.view === 'cards' && (
            <ul className="tiles">
              {people.edges.map((edge) => (
                <Card key={edge.node.id} edge={edge} />
              ))}
            </ul>
          )}
          {people.more && (
            <button className="btn wide mt4" onClick={() => void people.loadMore()}>
              {t('Show more')}
            </button>
          )}
        </section>
      </div>
    </Page>
  );
}
