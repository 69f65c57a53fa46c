import { Link } from '@tanstack/react-router';
import { Icon } from '../../parts/icons';
import { toast } from '../../parts/toasts';
import { fullTime } from '../../text/time';
import { n, t } from '../../text/text';
import { Diff } from './diff';
import type { RequestRecord } from './documents';
import { adviceOn } from './failure';
import { whyIgnored } from './words';

function Failure({ record }: { record: RequestRecord }) {
  const advice = adviceOn(record);
  if (!advice) return null;
  return (
    <>
      <div className="note bad">
        <span>
          <Icon name="ban" />
        </span>
        <div>
          <b>{advice.title}</b> {record.detail}
        </div>
      </div>
      <section>
        <h2>{t('What to do')}</h2>
        {advice.steps.length === 1 ? (
          <p className="medium mt2">{advice.steps[0]}</p>
        ) : (
          <ol className="steps mt3">
            {advice.steps.map((step, i) => (
              <li key={step}>
                <span className="no">{i + 1}</span>
                <p>{step}</p>
              </li>
            ))}
          </ol>
        )}
      </section>
    </>
  );
}

function Came({ record }: { record: RequestRecord }) {
  return (
    <div className="stack m">
      <Failure record={record} />
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
                {whyIgnored(part.reason)}
              </div>
            </div>
          ))}
        </section>
      )}
      {record.changes.length === 0 && record.ignored.length === 0 && !record.failure && <p className="medium">{t('Nothing changed, and nothing was ignored.')}</p>}
    </div>
  );
}

function Sent({ id, record }: { id: string; record: RequestRecord }) {
  const facts: [string, React.ReactNode][] = [
    [t('Request'), <code>{`${record.method} ${record.route}`}</code>],
    [
      t('Answer'),
      <>
        <code>{[record.status, record.scimType].filter(Boolean).join(' ')}</code> {t('in {ms} ms', { ms: Math.round(record.durationMs) })}
      </>,
    ],
    [t('Time'), fullTime(record.at)],
    [
      t('Key'),
      record.key ? (
        <Link to="/directories/$id/keys" params={{ id }}>
          {record.key.name}
        </Link>
      ) : (
        '–'
      ),
    ],
    [
      t('From'),
      <>
        {record.address}
        <small className="sub">{record.agent}</small>
      </>,
    ],
    [t('Request id'), <code>{record.requestId}</code>],
  ];
  return (
    <dl className="kv mt2">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function copyLink(record: RequestRecord) {
  const link = new URL(location.href);
  link.searchParams.set('line', record.id);
  void navigator.clipboard.writeText(link.href);
  toast(t('Link to this line copied'));
}

/** What an open line says: what came of it and what to do, beside the request and its answer. */
export function Detail({ id, record, columns }: { id: string; record: RequestRecord; columns: number }) {
  const isGroup = record.route.includes('/Groups');
  return (
    <td colSpan={columns} role="cell">
      <div className="expanded">
        <div className="cols most">
          <Came record={record} />
          <section>
            <h2>{t('Request and answer')}</h2>
            <Sent id={id} record={record} />
            <p className="small muted mt3">
              <Icon name="lock" small /> {t('Bodies, headers and secrets are never recorded.')}
            </p>
            <div className="btns mt3">
              {record.targetId && record.action !== 'DELETE' && (
                <Link className="btn s" to={isGroup ? '/groups/$id' : '/people/$id'} params={{ id: record.targetId }}>
                  {isGroup ? t('Open group') : t('Open person')}
                </Link>
              )}
              {record.targetLabel && (
                <Link className="btn s" to="/directories/$id/log" params={{ id }} search={{ show: 'all', q: record.targetLabel }}>
                  {t('All requests for this name')}
                </Link>
              )}
              <button className="btn s" onClick={() => copyLink(record)}>
                {t('Copy link')}
              </button>
            </div>
          </section>
        </div>
      </div>
    </td>
  );
}

/** What is told between lines: that records are missing. */
export function lost(record: RequestRecord): string {
  return n(record.lostBefore, '{n} record before this one was lost: more came than could be written.', '{n} records before this one were lost: more came than could be written.');
}
