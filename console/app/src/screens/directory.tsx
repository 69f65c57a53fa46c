import { useEffect, useState } from 'react';
import { Link } from '@tanstack/react-router';
import { useMutation, useQuery, useSubscription } from 'urql';
import { graphql, type ResultOf } from '../graphql';
import { messageOf } from '../app/api';
import { useReconnected, useThrottled } from '../app/live';
import { useViewer } from '../app/viewer';
import { Copy } from '../parts/copy';
import { Icon } from '../parts/icons';
import { Failed, Loading } from '../parts/states';
import { Time, clockTime, date, fullTime } from '../text/time';
import { n, number, percent, t } from '../text/text';
import { DirectoryPage, type Directory } from './directoryPage';
import { healthSentence } from './health';

const overviewDocument = graphql(`
  query DirectoryOverview($id: ID!) {
    directory(id: $id) {
      id
      scimUrl
      counts {
        users
        groups
      }
      health {
        status
        lastRequestAt
        lastErrorAt
        errorRate24h
        currentCycle {
          startedAt
          endedAt
          requests
          created
          updated
          unchanged
          deleted
          disabled
          failed
        }
        lastCycle {
          startedAt
        }
        hours {
          startedAt
          requests
          changed
          unchanged
          failed
        }
      }
      cycles(first: 40) {
        startedAt
        endedAt
        requests
        created
        updated
        unchanged
        deleted
        disabled
        failed
        ignored
      }
    }
  }
`);

const keysDocument = graphql(`
  query DirectoryKeysShort($id: ID!) {
    directory(id: $id) {
      id
      keys(first: 20, where: { working: true }) {
        edges {
          node {
            id
            name
            prefix
            lastUsedAt
            createdAt
            expiresAt
            state
          }
        }
      }
    }
  }
`);

const arrivedDocument = graphql(`
  subscription DirectoryRequests($id: ID!) {
    requestRecords(directoryId: $id) {
      node {
        id
      }
    }
  }
`);

const testDocument = graphql(`
  mutation TestConnection($id: ID!) {
    testDirectoryConnection(input: { directoryId: $id }) {
      passed
      checks {
        name
        outcome
        detail
        durationMs
      }
    }
  }
`);

type Overview = NonNullable<ResultOf<typeof overviewDocument>['directory']>;
type Cycle = Overview['cycles'][number];
type Key = NonNullable<ResultOf<typeof keysDocument>['directory']>['keys']['edges'][number]['node'];

function headline(directory: Directory): string {
  switch (directory.health.status) {
    case 'HEALTHY':
      return t('Everything that was sent arrived');
    case 'DEGRADED':
      return t('Most of what was sent arrived');
    case 'FAILING':
      return t('Much of what was sent was refused');
    case 'STALE':
      return t('The identity provider is silent');
    case 'NEVER_CONNECTED':
      return t('Nothing has arrived yet');
  }
}

/** What changed in each cycle, as bars; one with failures is marked. Each opens its cycle in the log. */
function Pulse({ id, cycles, running }: { id: string; cycles: Cycle[]; running: boolean }) {
  const bars = [...cycles].reverse();
  const size = (cycle: Cycle) => cycle.created + cycle.updated + cycle.deleted;
  const most = Math.max(1, ...bars.map(size));
  const width = 100 / Math.max(bars.length, 24);
  const first = bars[0];
  const last = bars[bars.length - 1];
  if (!first || !last) return null;
  const tone = (cycle: Cycle) => (cycle.failed * 10 > cycle.requests * 4 ? 'b' : cycle.failed > 0 ? 'w' : cycle === last && running ? 'now' : '');
  const failed = bars.filter((cycle) => cycle.failed > 0).length;
  return (
    <figure className="mt5">
      <svg className="pulse" viewBox="0 0 100 40" preserveAspectRatio="none" role="group" aria-label={t('What changed in each cycle')}>
        {bars.map((cycle, i) => {
          const height = Math.max(1.5, (38 * size(cycle)) / most);
          const said = `${fullTime(cycle.startedAt)}: ${n(size(cycle), '{n} change', '{n} changes')}, ${t('{n} failed', { n: cycle.failed })}`;
          return (
            <Link key={cycle.startedAt} to="/directories/$id/log" params={{ id }} search={cycleSearch(cycle)} aria-label={said}>
              <title>{said}</title>
              <rect className={tone(cycle)} x={i * width} y={40 - height} width={width * 0.75} height={height} rx="0.4" />
              <rect className="hit" x={i * width} y="0" width={width} height="40" />
            </Link>
          );
        })}
      </svg>
      <div className="pulse-x">
        <span>
          {date(first.startedAt)}, {clockTime(first.startedAt)}
        </span>
        <span>{running ? t('now') : `${date(last.startedAt)}, ${clockTime(last.startedAt)}`}</span>
      </div>
      <figcaption className="small muted mt2">
        {n(bars.length, 'What changed in the last cycle.', 'What changed in each of the last {n} cycles.')} {failed > 0 && n(failed, '{n} had failures.', '{n} of them had failures.')}
      </figcaption>
    </figure>
  );
}

/** The part of the log that is a cycle; the end is left out of a range, so it is a little later. */
const cycleSearch = (cycle: Cycle) => ({ since: cycle.startedAt, until: new Date(Date.parse(cycle.endedAt) + 1000).toISOString(), show: 'all' as const });

function Cycles({ id, overview }: { id: string; overview: Overview }) {
  if (overview.cycles.length === 0) return null;
  return (
    <section className="card flush" aria-labelledby="h-cycles">
      <div className="card-h">
        <h2 id="h-cycles">{t('Cycles')}</h2>
        <Link className="small end" to="/directories/$id/log" params={{ id }}>
          {t('Open in the log')}
        </Link>
      </div>
      <table className="table fold" role="table">
        <thead>
          <tr>
            <th>{t('Started')}</th>
            <th className="num">{t('Requests')}</th>
            <th className="num">{t('Created')}</th>
            <th className="num">{t('Updated')}</th>
            <th className="num p2">{t('Unchanged')}</th>
            <th className="num">{t('Deleted')}</th>
            <th className="num">{t('Failed')}</th>
          </tr>
        </thead>
        <tbody>
          {overview.cycles.slice(0, 8).map((cycle) => (
            <tr key={cycle.startedAt}>
              <td className="top">
                <Link className="main cover" to="/directories/$id/log" params={{ id }} search={cycleSearch(cycle)}>
                  {clockTime(cycle.startedAt)}
                </Link>{' '}
                <small className="hide-fold">{date(cycle.startedAt)}</small>
                <small className="hide-fold">{duration(cycle)}</small>
              </td>
              <td className="num corner">{number(cycle.requests)}</td>
              <td className="num" data-l={t('Created')}>
                {number(cycle.created)}
              </td>
              <td className="num" data-l={t('Updated')}>
                {number(cycle.updated)}
              </td>
              <td className="num p2 hide-fold">{number(cycle.unchanged)}</td>
              <td className="num hide-fold">{number(cycle.deleted)}</td>
              <td className="num" data-l={t('Failed')}>
                {cycle.failed > 0 ? <span className="bad-t strong">{number(cycle.failed)}</span> : number(0)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function duration(cycle: Cycle): string {
  const seconds = Math.round((new Date(cycle.endedAt).getTime() - new Date(cycle.startedAt).getTime()) / 1000);
  if (seconds < 60) return n(seconds, '{n} second', '{n} seconds');
  return n(Math.round(seconds / 60), '{n} minute', '{n} minutes');
}

function Test({ id }: { id: string }) {
  const [{ data, error, fetching }, run] = useMutation(testDocument);
  const result = data?.testDirectoryConnection;
  const words = { PASSED: 'ok', WARNING: 'warn', FAILED: 'bad' } as const;
  return (
    <section className="card" aria-labelledby="h-test">
      <div className="card-h">
        <h2 id="h-test">{t('Connection test')}</h2>
        <span className="end">
          {result && (
            <span className={`badge ${result.passed ? 'ok' : 'bad'}`}>
              <Icon name={result.passed ? 'check' : 'alert'} small />
              {result.passed ? t('Passed') : t('Failed')}
            </span>
          )}{' '}
          <button className="btn s" disabled={fetching} onClick={() => void run({ id })}>
            <Icon name="pulse" />
            {fetching ? t('Testing…') : t('Test connection')}
          </button>
        </span>
      </div>
      <div role="status">
        {error && <p>{messageOf(error)}</p>}
        {!result && !error && <p className="soft medium">{t('Asks this server what an identity provider asks, with a key that lasts a minute. Nothing is left behind.')}</p>}
        {result && (
          <ul className="rows medium" aria-label={t('Checks')}>
            {result.checks.map((check) => (
              <li key={check.name}>
                <span className={`${words[check.outcome]}-t`}>
                  <Icon name={check.outcome === 'PASSED' ? 'check' : 'alert'} />
                </span>
                <div className="grow">
                  {check.name}
                  {check.detail && <small className="sub">{check.detail}</small>}
                </div>
                <span className="when">{number(Math.round(check.durationMs))} ms</span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

function Step({ done, number: no, title, children }: { done: boolean; number: number; title: string; children: React.ReactNode }) {
  return (
    <li className={done ? 'done' : 'wait'}>
      <span className="no">{done ? <Icon name="check" /> : no}</span>
      <div>
        <h3>{title}</h3>
        {children}
      </div>
    </li>
  );
}

/** Three steps that tick themselves as the identity provider arrives. */
function Checklist({ directory, keys }: { directory: Directory; keys: Key[] }) {
  const viewer = useViewer();
  const used = keys.find((key) => key.lastUsedAt);
  const connected = directory.health.status !== 'NEVER_CONNECTED';
  const filled = directory.counts.users > 0 && connected;
  const done = [keys.length > 0, connected, filled].filter(Boolean).length;
  return (
    <section className="card" aria-labelledby="h-entra">
      <div className="card-h">
        <h2 id="h-entra">{t('Connect Entra')}</h2>
        <span className="end small strong" role="status">
          {t('{done} of 3', { done })}
        </span>
      </div>
      <ol className="steps">
        <Step done={keys.length > 0} number={1} title={t('Create a key')}>
          {keys[0] ? (
            <p>
              <Link to="/directories/$id/keys" params={{ id: directory.id }}>
                {keys[0].name}
              </Link>
              , <code>{keys[0].prefix}…</code>, {t('created on {date}', { date: date(keys[0].createdAt) })}
            </p>
          ) : (
            <p>
              {viewer.may('KEYS') ? (
                <Link className="btn s go" to="/directories/$id/keys" params={{ id: directory.id }} search={{ create: true }}>
                  {t('Create New Key')}
                </Link>
              ) : (
                t('Ask an admin of your company to create one.')
              )}
            </p>
          )}
        </Step>
        <Step done={connected} number={2} title={t('Paste two values into Entra')}>
          <p>
            {t('Enterprise applications › your app › Provisioning. Then')} <i>Test Connection</i>.
          </p>
          <div className="copyrow mt3">
            <span>Tenant URL</span>
            <Copy value={directory.scimUrl} label="Tenant URL" />
          </div>
          <div className="copyrow mt3">
            <span>
              Secret Token <small>{t('is the access token of the key')}</small>
            </span>
            <p className="small">{t('It is shown once, when the key is created. Lost? Rotate the key; both work for a while.')}</p>
          </div>
          <span className="live">
            {connected ? (
              <>
                <span className="ok-t">
                  <Icon name="check" />
                </span>{' '}
                {t('The first request came.')}
              </>
            ) : (
              <>
                <span className="dot beat" /> {t('Waiting for the first request')}
              </>
            )}
          </span>
        </Step>
        <Step done={filled} number={3} title={t('Start provisioning')}>
          <p>{t('Assign people and groups there, and set the status to On. Entra comes about every 40 minutes.')}</p>
          {used && filled && (
            <span className="live">
              <span className="dot beat" /> {n(directory.counts.users, '{n} person arrived', '{n} people arrived')}
            </span>
          )}
        </Step>
      </ol>
    </section>
  );
}

function Inside({ directory }: { directory: Directory }) {
  const { counts } = directory;
  const disabled = counts.users - counts.activeUsers;
  return (
    <section className="card" aria-labelledby="h-in">
      <h2 id="h-in">{t('In this directory')}</h2>
      <dl className="kv mt2">
        <div>
          <dt>{t('People')}</dt>
          <dd className="num">
            <Link to="/people" search={{ directory: directory.id }}>
              {number(counts.users)}
            </Link>
            {disabled > 0 && <span className="muted"> · {n(disabled, '{n} disabled', '{n} disabled')}</span>}
          </dd>
        </div>
        <div>
          <dt>{t('Groups')}</dt>
          <dd className="num">
            <Link to="/groups" search={{ directory: directory.id }}>
              {number(counts.groups)}
            </Link>
          </dd>
        </div>
        <div>
          <dt>{t('Disabled people')}</dt>
          <dd>{directory.disabledUsers === 'HIDDEN' ? t('Left out of lists') : t('Shown, marked as disabled')}</dd>
        </div>
        <div>
          <dt>{t('Directory id')}</dt>
          <dd>
            <code className="small">{directory.id}</code>
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Overview({ directory, again }: { directory: Directory; again: () => void }) {
  const viewer = useViewer();
  const { id } = directory;
  const [{ data, error }, execute] = useQuery({ query: overviewDocument, variables: { id } });
  const [keysResult, askKeys] = useQuery({ query: keysDocument, variables: { id }, pause: !viewer.mayRead('KEYS') });
  const refresh = useThrottled(() => {
    execute({ requestPolicy: 'network-only' });
    if (viewer.mayRead('KEYS')) askKeys({ requestPolicy: 'network-only' });
    again();
  });
  useReconnected(refresh);
  const connected = directory.health.status !== 'NEVER_CONNECTED';
  const [wasConnected] = useState(connected);
  useEffect(() => {
    if (connected && !wasConnected) document.title = `✓ ${t('Connected')} · ${directory.name}`;
  }, [connected, wasConnected, directory.name]);
  useSubscription({ query: arrivedDocument, variables: { id }, pause: !viewer.mayRead('RECORDS') }, (_, event) => {
    refresh();
    return event;
  });
  const overview = data?.directory;
  const keys = (keysResult.data?.directory?.keys.edges ?? []).map(({ node }) => node);
  const cycle = overview?.health.currentCycle;
  const running = Boolean(cycle && Date.now() - Date.parse(cycle.endedAt) < 5 * 60_000);
  const inUse = keys.filter((key) => key.lastUsedAt).sort((a, b) => (a.lastUsedAt! < b.lastUsedAt! ? 1 : -1))[0];
  if (!overview) return error ? <Failed error={error} /> : <Loading />;
  const requests = overview.health.hours.reduce((sum, hour) => sum + hour.requests, 0);
  const failed = overview.health.hours.reduce((sum, hour) => sum + hour.failed, 0);
  return (
    <div className="cols wide-left">
      <div className="stack">
        <section className="card" aria-labelledby="h-health">
          <h2 id="h-health" className="title m">
            {headline(directory)}
          </h2>
          <p className="soft mt1" role="status">
            {healthSentence(directory.health)}{' '}
            {running && cycle && t('A cycle is running since {time}: {requests} requests so far.', { time: clockTime(cycle.startedAt), requests: cycle.requests })}
          </p>
          <Pulse id={id} cycles={overview.cycles} running={running} />
          <dl className="facts mt5">
            <div>
              <dt>{t('Last request')}</dt>
              <dd>
                <Time at={overview.health.lastRequestAt} />
              </dd>
            </div>
            <div>
              <dt>{t('Last failure')}</dt>
              <dd>
                <Time at={overview.health.lastErrorAt} />
                {overview.health.lastErrorAt && viewer.mayRead('RECORDS') && (
                  <small>
                    <Link to="/directories/$id/log" params={{ id }} search={{ show: 'problems' }}>
                      {t('See why')}
                    </Link>
                  </small>
                )}
              </dd>
            </div>
            <div>
              <dt>{t('Failed in 24 hours')}</dt>
              <dd>
                {percent(overview.health.errorRate24h)} <small>{t('{failed} of {requests} requests', { failed, requests })}</small>
              </dd>
            </div>
            {inUse && (
              <div>
                <dt>{t('Key in use')}</dt>
                <dd>
                  <Link to="/directories/$id/keys" params={{ id }}>
                    {inUse.name}
                  </Link>{' '}
                  <small>{inUse.expiresAt ? t('ends {date}', { date: date(inUse.expiresAt) }) : t('does not end')}</small>
                </dd>
              </div>
            )}
          </dl>
        </section>
        {viewer.mayRead('RECORDS') && <Cycles id={id} overview={overview} />}
        {viewer.may('WRITE') && <Test id={id} />}
      </div>
      <div className="stack">
        <Checklist directory={directory} keys={keys} />
        <Inside directory={directory} />
      </div>
    </div>
  );
}

export function DirectoryOverview() {
  return <DirectoryPage operation={{ document: overviewDocument }}>{(directory, again) => <Overview directory={directory} again={again} />}</DirectoryPage>;
}
