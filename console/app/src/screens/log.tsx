import { useRef, useState } from 'react';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useQuery, useSubscription } from 'urql';
import { graphql, type ResultOf, type VariablesOf } from '../graphql';
import { client } from '../app/api';
import { useThrottled } from '../app/live';
import { useViewer } from '../app/viewer';
import { Icon, type IconName } from '../parts/icons';
import { Empty, Failed, Forbidden, Loading } from '../parts/states';
import { toast } from '../parts/toasts';
import { clockTime, date, fullTime } from '../text/time';
import { n, number, t } from '../text/text';
import { download, toCSV } from '../parts/export';
import { DirectoryPage } from './directoryPage';

export const recordFragment = graphql(`
  fragment Record on RequestRecord {
    id
    at
    method
    route
    action
    outcome
    status
    scimType
    detail
    durationMs
    targetId
    targetLabel
    requestId
    address
    agent
    keyId
    key {
      id
      name
    }
    changedAttributes
    changes {
      path
      before
      after
    }
    ignored {
      path
      reason
    }
    lostBefore
  }
`);

const logDocument = graphql(
  `
    query ProvisioningLog($id: ID!, $where: RequestRecordWhereInput, $first: Int, $after: Cursor) {
      directory(id: $id) {
        id
        requestRecords(first: $first, after: $after, where: $where) {
          pageInfo {
            hasNextPage
            endCursor
          }
          edges {
            node {
              ...Record
            }
          }
        }
      }
    }
  `,
  [recordFragment],
);

const countsDocument = graphql(`
  query ProvisioningLogCounts($id: ID!, $where: RequestRecordWhereInput) {
    requestRecordCounts(directoryId: $id, where: $where) {
      complete
      counts {
        outcome
        action
        count
        orMore
      }
    }
  }
`);

const arrivedDocument = graphql(`
  subscription LogLines($id: ID!, $where: RequestRecordWhereInput) {
    requestRecords(directoryId: $id, where: $where) {
      node {
        id
      }
    }
  }
`);

export type RequestRecord = ResultOf<typeof recordFragment>;
type Where = NonNullable<NonNullable<VariablesOf<typeof logDocument>>['where']>;
type Action = RequestRecord['action'];

export type Show = 'changes' | 'problems' | 'unchanged' | 'reads' | 'all';
type Search = { show?: Show; q?: string; action?: Action; since?: string; until?: string; line?: string; live?: boolean };

const writing: Action[] = ['CREATE', 'UPDATE', 'DISABLE', 'ENABLE', 'DELETE', 'MEMBERSHIP'];
const reading: Action[] = ['READ', 'QUERY', 'DISCOVERY', 'TEST_CONNECTION', 'OTHER'];

/** What a chip stands for. */
function chip(show: Show): Where {
  switch (show) {
    case 'changes':
      return { action: writing, outcome: ['SUCCESS', 'REJECTED', 'FAILED', 'THROTTLED'] };
    case 'problems':
      return { outcome: ['REJECTED', 'FAILED', 'THROTTLED'] };
    case 'unchanged':
      return { outcome: ['UNCHANGED'] };
    case 'reads':
      return { action: reading };
    case 'all':
      return {};
  }
}

function filter(search: Search): Where {
  const where: Where = { ...chip(search.show ?? 'changes') };
  if (search.q) where.target = search.q;
  if (search.action) where.action = [search.action];
  if (search.since) where.since = search.since;
  if (search.until) where.until = search.until;
  return where;
}

export function outcomeOf(record: RequestRecord): { tone: string; word: string; icon: IconName } {
  switch (record.outcome) {
    case 'SUCCESS':
      return { tone: 'ok', word: { CREATE: t('Created'), DELETE: t('Deleted'), DISABLE: t('Disabled'), UPDATE: t('Updated'), ENABLE: t('Enabled'), MEMBERSHIP: t('Updated') }[record.action as 'CREATE'] ?? t('Done'), icon: 'check' };
    case 'UNCHANGED':
      return { tone: 'off', word: t('Unchanged'), icon: 'equal' };
    case 'REJECTED':
      return { tone: 'soft-bad bad', word: t('Failed'), icon: 'alert' };
    case 'FAILED':
      return { tone: 'bad fill', word: t('Failed here'), icon: 'alert' };
    case 'THROTTLED':
      return { tone: 'warn', word: t('Throttled'), icon: 'clock' };
  }
}

function happened(record: RequestRecord): string {
  if (record.outcome === 'REJECTED' || record.outcome === 'FAILED' || record.outcome === 'THROTTLED') return record.detail || String(record.status);
  const changed = record.changedAttributes.length;
  switch (record.action) {
    case 'CREATE':
      return n(changed, 'Created, with {n} attribute', 'Created, with {n} attributes');
    case 'UPDATE':
      return record.outcome === 'UNCHANGED' ? t('Nothing differed') : record.changedAttributes.slice(0, 3).join(', ') + (changed > 3 ? ` +${changed - 3}` : '');
    case 'DISABLE':
      return t('Disabled');
    case 'ENABLE':
      return t('Enabled');
    case 'DELETE':
      return t('Deleted');
    case 'MEMBERSHIP':
      return t('Members changed');
    case 'TEST_CONNECTION':
      return t('Connection test');
    case 'QUERY':
      return t('Searched');
    case 'READ':
      return t('Read');
    default:
      return record.route;
  }
}

/** What to do about a failure, by its kind. */
export function advice(record: RequestRecord): string {
  if (record.outcome === 'THROTTLED') return t('The identity provider asks more often than this server allows. It tries again by itself; an operator can raise --rate.');
  if (record.outcome === 'FAILED') return t('The fault is on this side. The identity provider tries again in its next cycle; if it goes on, give the request id to an operator.');
  if (record.outcome !== 'REJECTED') return '';
  switch (record.status) {
    case 401:
      return t('The key has ended. Rotate it or create another one, and paste its access token into the identity provider.');
    case 403:
      return t('The directory is paused, or its key may not write. Open the settings of the directory.');
    case 404:
      return t('What it asked for is not here any more. Entra searches again in its next cycle; Restart provisioning makes it forget at once.');
    case 409:
      return t('Somebody else has this value already, which must be unique. Find them by a search for it, and decide whose it is.');
    case 412:
      return t('It was changed in between. The identity provider reads it again and tries once more.');
    case 413:
      return t('The request was too large. Let the identity provider send fewer members at a time.');
    default:
      return record.scimType === 'invalidValue' || record.scimType === 'invalidSyntax' || record.scimType === 'invalidPath'
        ? t('The attribute mapping sends what this attribute does not take. Change that mapping at the identity provider.')
        : t('Read what was refused above, and change the mapping or the scoping filter at the identity provider.');
  }
}

function text(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function Diff({ changes }: { changes: RequestRecord['changes'] }) {
  return (
    <div className="diff">
      {changes.map((change) => (
        <div key={change.path}>
          <span>{change.path}</span>
          {text(change.before) ? <del>{text(change.before)}</del> : <del className="empty-v">{t('nothing')}</del>}
          {text(change.after) ? <ins>{text(change.after)}</ins> : <ins className="empty-v">{t('nothing')}</ins>}
        </div>
      ))}
    </div>
  );
}

function Detail({ record }: { record: RequestRecord }) {
  const advise = advice(record);
  const isGroup = record.route.includes('/Groups');
  return (
    <tr className="detail">
      <td colSpan={7}>
        <div className="expanded">
          <div className="cols most">
            <div className="stack m">
              {record.detail && (
                <section>
                  <h2>{t('Why')}</h2>
                  <p>
                    {record.detail} {record.scimType && <code>{record.scimType}</code>}
                  </p>
                </section>
              )}
              {advise && (
                <section>
                  <h2>{t('What to do')}</h2>
                  <p>{advise}</p>
                </section>
              )}
              {record.changes.length > 0 && (
                <section>
                  <h2>{t('What changed')}</h2>
                  <Diff changes={record.changes} />
                </section>
              )}
              {record.ignored.length > 0 && (
                <section>
                  <h2>{t('What was ignored, and why')}</h2>
                  {record.ignored.map((part) => (
                    <div className="note warn mt2" key={part.path}>
                      <span>
                        <Icon name="info" />
                      </span>
                      <div>
                        <code>{part.path}</code>
                        <br />
                        {part.reason}
                      </div>
                    </div>
                  ))}
                </section>
              )}
              {record.changes.length === 0 && record.ignored.length === 0 && !record.detail && <p className="medium">{t('Nothing changed, and nothing was ignored.')}</p>}
            </div>
            <section>
              <h2>{t('Request and answer')}</h2>
              <dl className="kv mt2">
                <div>
                  <dt>{t('Request')}</dt>
                  <dd>
                    <code>
                      {record.method} {record.route}
                    </code>
                  </dd>
                </div>
                <div>
                  <dt>{t('Answer')}</dt>
                  <dd>
                    <code>{record.status}</code> {t('in {ms} ms', { ms: Math.round(record.durationMs) })}
                  </dd>
                </div>
                <div>
                  <dt>{t('Key')}</dt>
                  <dd>{record.key?.name ?? '–'}</dd>
                </div>
                <div>
                  <dt>{t('From')}</dt>
                  <dd>
                    {record.address}
                    <small className="sub">{record.agent}</small>
                  </dd>
                </div>
                <div>
                  <dt>{t('Request id')}</dt>
                  <dd>
                    <code>{record.requestId}</code>
                  </dd>
                </div>
              </dl>
              <p className="small muted mt3">
                <Icon name="lock" small /> {t('Bodies, headers and secrets are never recorded.')}
              </p>
              <div className="btns mt3">
                {record.targetId && (
                  <Link className="btn s" to={isGroup ? '/groups/$id' : '/people/$id'} params={{ id: record.targetId }}>
                    {isGroup ? t('Open group') : t('Open person')}
                  </Link>
                )}
                <button
                  className="btn s"
                  onClick={() => {
                    const link = new URL(location.href);
                    link.searchParams.set('line', record.id);
                    void navigator.clipboard.writeText(link.href);
                    toast(t('Link to this line copied'));
                  }}
                >
                  {t('Copy link')}
                </button>
              </div>
            </section>
          </div>
        </div>
      </td>
    </tr>
  );
}

function Line({ record, open, toggle }: { record: RequestRecord; open: boolean; toggle: () => void }) {
  const outcome = outcomeOf(record);
  return (
    <>
      {record.lostBefore > 0 && (
        <tr className="group-row">
          <th colSpan={7}>{n(record.lostBefore, '{n} record before this one was lost: more came than could be written.', '{n} records before this one were lost: more came than could be written.')}</th>
        </tr>
      )}
      <tr className={open ? 'open' : ''} data-row>
        <td className="corner when">
          <time dateTime={record.at} title={fullTime(record.at)}>
            {clockTime(record.at)}
          </time>
          <small className="sub">{date(record.at)}</small>
        </td>
        <td className="top2 pad">
          <span className={`badge ${outcome.tone}`}>
            <Icon name={outcome.icon} small />
            {outcome.word}
          </span>
        </td>
        <td className="top">
          <span className="main">{record.targetLabel || '–'}</span>
        </td>
        <td>
          {happened(record)}
          {record.ignored.length > 0 && <span className="warn-t strong"> · {n(record.ignored.length, '{n} ignored', '{n} ignored')}</span>}
        </td>
        <td className="num p2 hide-fold">{record.status}</td>
        <td className="num p3 hide-fold">{number(Math.round(record.durationMs))} ms</td>
        <td className="end corner2">
          <button className="btn s icon quiet" aria-expanded={open} aria-label={t('Details of {name}', { name: record.targetLabel || record.route })} onClick={toggle}>
            <Icon name={open ? 'up' : 'down'} />
          </button>
        </td>
      </tr>
      {open && <Detail record={record} />}
    </>
  );
}

const pageSize = 50;

function useLog(id: string, where: Where, live: boolean) {
  const key = JSON.stringify(where);
  const [extra, setExtra] = useState<{ key: string; records: RequestRecord[]; cursor: string | null; more: boolean }>({ key, records: [], cursor: null, more: false });
  const [waiting, setWaiting] = useState(0);
  const [{ data, error, fetching }, execute] = useQuery({ query: logDocument, variables: { id, where, first: pageSize, after: null } });
  const [counts, askCounts] = useQuery({ query: countsDocument, variables: { id, where: { ...(where.target ? { target: where.target } : {}), ...(where.since ? { since: where.since } : {}), ...(where.until ? { until: where.until } : {}) } } });
  const again = () => {
    setWaiting(0);
    setExtra({ key, records: [], cursor: null, more: false });
    execute({ requestPolicy: 'network-only' });
    askCounts({ requestPolicy: 'network-only' });
  };
  const refresh = useThrottled(again);
  const reading = useRef(false);
  useSubscription({ query: arrivedDocument, variables: { id, where } }, (_, event) => {
    if (live && !reading.current && window.scrollY < 80) refresh();
    else setWaiting((count) => count + 1);
    return event;
  });
  const first = data?.directory?.requestRecords;
  const own = extra.key === key ? extra : { records: [], cursor: null, more: false };
  const records = [...(first?.edges ?? []).map(({ node }) => node), ...own.records];
  const more = own.records.length > 0 ? own.more : Boolean(first?.pageInfo.hasNextPage);
  const loadMore = async () => {
    const after = own.cursor ?? first?.pageInfo.endCursor ?? null;
    const next = await client.query(logDocument, { id, where, first: pageSize, after }).toPromise();
    const page = next.data?.directory?.requestRecords;
    if (page) setExtra({ key, records: [...own.records, ...page.edges.map(({ node }) => node)], cursor: page.pageInfo.endCursor ?? null, more: page.pageInfo.hasNextPage });
  };
  return { records, more, loadMore, error, fetching, loaded: Boolean(data), waiting, again, counts: counts.data?.requestRecordCounts, setReading: (is: boolean) => void (reading.current = is) };
}

type Counts = ResultOf<typeof countsDocument>['requestRecordCounts'] | undefined;

function countOf(counts: Counts, show: Show): string {
  if (!counts) return '';
  const where = chip(show);
  const meant = counts.counts.filter((one) => (!where.outcome || where.outcome.includes(one.outcome)) && (!where.action || where.action.includes(one.action)));
  const sum = meant.reduce((all, one) => all + one.count, 0);
  return number(sum) + (meant.some((one) => one.orMore) ? '+' : '');
}

/** Reads the whole log under a filter, page by page, and saves it. */
async function exportLog(id: string, where: Where, format: 'csv' | 'json', progress: (count: number) => void) {
  const lines: RequestRecord[] = [];
  for (let after: string | null = null; ; ) {
    const result: Awaited<ReturnType<ReturnType<typeof client.query<ResultOf<typeof logDocument>, VariablesOf<typeof logDocument>>>['toPromise']>> = await client.query(logDocument, { id, where, first: 100, after }).toPromise();
    if (result.error) throw result.error;
    const page = result.data?.directory?.requestRecords;
    lines.push(...(page?.edges ?? []).map(({ node }) => node));
    progress(lines.length);
    after = page?.pageInfo.endCursor ?? null;
    if (!page?.pageInfo.hasNextPage) break;
  }
  if (format === 'json') return download('provisioning-log.json', 'application/json', [JSON.stringify(lines, null, 1)]);
  const columns = ['at', 'outcome', 'action', 'targetLabel', 'targetId', 'method', 'route', 'status', 'scimType', 'detail', 'durationMs', 'changedAttributes', 'ignored', 'requestId', 'address', 'agent'] as const;
  download('provisioning-log.csv', 'text/csv', [
    toCSV([...columns]),
    ...lines.map((line) => toCSV(columns.map((column) => (column === 'ignored' ? line.ignored.map((part) => `${part.path}: ${part.reason}`).join('; ') : String(Array.isArray(line[column]) ? (line[column] as string[]).join(' ') : (line[column] ?? '')))))),
  ]);
}

function Log({ id }: { id: string }) {
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Search;
  const show = search.show ?? 'changes';
  const live = search.live !== false;
  const where = filter(search);
  const log = useLog(id, where, live);
  const [exporting, setExporting] = useState<number | null>(null);
  const change = (next: Partial<Search>) =>
    void navigate({ to: '/directories/$id/log', params: { id }, search: Object.fromEntries(Object.entries({ ...search, ...next }).filter(([, value]) => value !== undefined && value !== '')) });
  const open = search.line;
  const toggle = (line: string) => {
    log.setReading(open !== line);
    change({ line: open === line ? undefined : line } as Partial<Search>);
  };
  const save = async (format: 'csv' | 'json') => {
    setExporting(0);
    try {
      await exportLog(id, where, format, setExporting);
    } catch {
      toast(t('The export was not finished. Try again.'));
    }
    setExporting(null);
  };
  const chipButton = (value: Show, icon: IconName | null, word: string) => (
    <button className="chip" aria-pressed={show === value} onClick={() => change({ show: value })}>
      {icon && <Icon name={icon} small />}
      {word} <span className="n">{countOf(log.counts, value)}</span>
    </button>
  );
  return (
    <>
      <form className="filters" role="search" aria-label={t('Filter the log')} onSubmit={(event) => event.preventDefault()}>
        <div className="search">
          <Icon name="search" />
          <input className="input" type="search" defaultValue={search.q ?? ''} aria-label={t('Person or group, also who could not be created')} placeholder={t('Person or group, also who could not be created')} onChange={(event) => change({ q: event.target.value })} />
          <kbd className="hide-narrow">/</kbd>
        </div>
        <select className="select s" aria-label={t('Action')} value={search.action ?? ''} onChange={(event) => change({ action: (event.target.value || undefined) as Action })}>
          <option value="">{t('Every action')}</option>
          <option value="CREATE">{t('Create')}</option>
          <option value="UPDATE">{t('Update')}</option>
          <option value="DISABLE">{t('Disable')}</option>
          <option value="ENABLE">{t('Enable')}</option>
          <option value="DELETE">{t('Delete')}</option>
          <option value="MEMBERSHIP">{t('Members')}</option>
          <option value="TEST_CONNECTION">{t('Connection test')}</option>
        </select>
        {(search.since || search.until) && (
          <button type="button" className="chip" aria-pressed="true" onClick={() => change({ since: undefined, until: undefined } as Partial<Search>)}>
            {search.since && clockTime(search.since)} – {search.until && clockTime(search.until)} <Icon name="x" small />
          </button>
        )}
        <span className="end">
          <label className="switch">
            <input type="checkbox" role="switch" checked={live} onChange={(event) => change({ live: event.target.checked ? undefined : false } as Partial<Search>)} />
            <span className="row">
              {live && <span className="dot beat" />}
              {t('Live')}
            </span>
          </label>
          <button type="button" className="btn s" disabled={exporting !== null} onClick={() => void save('csv')}>
            <Icon name="download" />
            {exporting === null ? 'CSV' : t('{n} read', { n: exporting })}
          </button>
          <button type="button" className="btn s" disabled={exporting !== null} onClick={() => void save('json')}>
            JSON
          </button>
        </span>
      </form>
      <div className="row wrap" role="group" aria-label={t('Outcome')}>
        {chipButton('changes', null, t('What changed something, or failed'))}
        {chipButton('problems', 'alert', t('Failures'))}
        {chipButton('unchanged', 'equal', t('Unchanged'))}
        {chipButton('reads', 'eye', t('Reads'))}
        {chipButton('all', null, t('Everything'))}
      </div>
      {log.error && <Failed error={log.error} again={log.again} />}
      {!log.loaded && !log.error && <Loading />}
      {log.loaded && log.records.length === 0 && (
        <Empty icon="search" title={t('No such request')} action={show !== 'all' && <button className="btn" onClick={() => change({ show: 'all', q: undefined, action: undefined } as Partial<Search>)}>{t('Show everything')}</button>}>
          {t('Nothing under this filter was asked in the time that records are kept.')}
        </Empty>
      )}
      {log.records.length > 0 && (
        <div className="frame mt4">
          <table className="table fold log" role="table">
            <thead>
              <tr>
                <th>{t('Time')}</th>
                <th>{t('Outcome')}</th>
                <th>{t('Who')}</th>
                <th>{t('What happened')}</th>
                <th className="num p2">{t('Status')}</th>
                <th className="num p3">{t('Took')}</th>
                <th className="end">
                  <span className="vh">{t('Details')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {log.waiting > 0 && (
                <tr className="group-row new-lines">
                  <th colSpan={7}>
                    <button type="button" onClick={log.again}>
                      <Icon name="up" small /> {n(log.waiting, 'Show {n} new line', 'Show {n} new lines')}
                    </button>
                  </th>
                </tr>
              )}
              {log.records.map((record) => (
                <Line key={record.id} record={record} open={open === record.id} toggle={() => toggle(record.id)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p className="vh" role="status">
        {log.waiting > 0 && n(log.waiting, '{n} new line', '{n} new lines')}
      </p>
      {log.more && (
        <button className="btn wide mt4" onClick={() => void log.loadMore()}>
          {t('Show more')}
        </button>
      )}
    </>
  );
}

export function DirectoryLog() {
  const viewer = useViewer();
  const { id } = useParams({ strict: false }) as { id: string };
  const search = useSearch({ strict: false }) as Search;
  return (
    <DirectoryPage tab={t('Provisioning log')} lead={t('What the identity provider asked, what came of it, and why.')} operation={{ document: logDocument, variables: { id, where: filter(search), first: pageSize } }}>
      {() => (viewer.mayRead('RECORDS') ? <Log id={id} /> : <Forbidden text={t('The log is for admins and auditors.')} />)}
    </DirectoryPage>
  );
}
