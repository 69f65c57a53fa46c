import { useState } from 'react';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { useViewer } from '../../app/viewer';
import { Icon, type IconName } from '../../parts/icons';
import { Empty, Failed, Forbidden, Loading } from '../../parts/states';
import { toast } from '../../parts/toasts';
import { clockTime, date } from '../../text/time';
import { n, t } from '../../text/text';
import { DirectoryPage } from '../directoryPage';
import { keysDocument, logDocument, type Action } from './documents';
import { exportLog } from './export';
import { filter, type Search, type Show } from './filter';
import { Lines, itemsOf } from './lines';
import { countOf, pageSize, useLog } from './useLog';

export { Diff } from './diff';

const hour = 60 * 60 * 1000;

type Change = (next: { [K in keyof Search]?: Search[K] | undefined }, replace?: boolean) => void;

function Filters({ id, search, live, change }: { id: string; search: Search; live: boolean; change: Change }) {
  const viewer = useViewer();
  const [{ data }] = useQuery({ query: keysDocument, variables: { id }, pause: !viewer.mayRead('KEYS') });
  const keys = (data?.directory?.keys.edges ?? []).map(({ node }) => node);
  const [exporting, setExporting] = useState<number | null>(null);
  const save = async (format: 'csv' | 'json') => {
    setExporting(0);
    try {
      await exportLog(id, filter(search), format, setExporting);
    } catch {
      toast(t('The export was not finished. Try again.'));
    }
    setExporting(null);
  };
  const time = (at: string) => `${date(at)}, ${clockTime(at)}`;
  return (
    <form className="filters" role="search" aria-label={t('Filter the log')} onSubmit={(event) => event.preventDefault()}>
      <div className="search">
        <Icon name="search" />
        <input
          key={search.q ? '' : 'empty'}
          className="input"
          type="search"
          defaultValue={search.q ?? ''}
          aria-label={t('Person or group, also who could not be created')}
          placeholder={t('Person or group, also who could not be created')}
          onChange={(event) => change({ q: event.target.value }, true)}
        />
        <kbd className="hide-narrow">/</kbd>
      </div>
      <select className="select s" aria-label={t('Action')} value={search.action ?? ''} onChange={(event) => change({ action: (event.target.value || undefined) as Action | undefined })}>
        <option value="">{t('Every action')}</option>
        <option value="CREATE">{t('Create')}</option>
        <option value="UPDATE">{t('Update')}</option>
        <option value="DISABLE">{t('Disable')}</option>
        <option value="ENABLE">{t('Enable')}</option>
        <option value="DELETE">{t('Delete')}</option>
        <option value="MEMBERSHIP">{t('Members')}</option>
        <option value="TEST_CONNECTION">{t('Connection test')}</option>
      </select>
      {keys.length > 1 && (
        <select className="select s" aria-label={t('Key')} value={search.key ?? ''} onChange={(event) => change({ key: event.target.value || undefined })}>
          <option value="">{t('Every key')}</option>
          {keys.map((key) => (
            <option key={key.id} value={key.id}>
              {key.name}
            </option>
          ))}
        </select>
      )}
      <select
        className="select s"
        aria-label={t('Time')}
        value={search.since || search.until ? 'range' : ''}
        onChange={(event) => change({ since: event.target.value ? new Date(Date.now() - Number(event.target.value) * hour).toISOString() : undefined, until: undefined })}
      >
        <option value="">{t('At any time')}</option>
        {(search.since || search.until) && (
          <option value="range">
            {search.since && search.until ? `${time(search.since)} – ${clockTime(search.until)}` : search.since ? t('Since {time}', { time: time(search.since) }) : t('Until {time}', { time: time(search.until ?? '') })}
          </option>
        )}
        <option value="1">{t('In the last hour')}</option>
        <option value="24">{t('In the last 24 hours')}</option>
        <option value="168">{t('In the last 7 days')}</option>
      </select>
      <span className="end">
        <label className="switch">
          <input type="checkbox" role="switch" aria-keyshortcuts="l" checked={live} onChange={(event) => change({ live: event.target.checked ? undefined : false })} />
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
  );
}

function Log({ id }: { id: string }) {
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Search;
  const show = search.show ?? 'changes';
  const live = search.live !== false;
  const open = search.line;
  const log = useLog(id, filter(search), live, Boolean(open));
  const change: Change = (next, replace = false) =>
    void navigate({ to: '/directories/$id/log', params: { id }, replace, resetScroll: false, search: Object.fromEntries(Object.entries({ ...search, ...next }).filter(([, value]) => value !== undefined && value !== '')) });
  const toggle = (line: string) => change({ line: open === line ? undefined : line }, true);
  const chipButton = (value: Show, icon: IconName | null, word: string) => (
    <button className="chip" aria-pressed={show === value} onClick={() => change({ show: value })}>
      {icon && <Icon name={icon} small />}
      {word} <span className="n">{countOf(log.counts, value)}</span>
    </button>
  );
  const newLines = log.waiting > 0 && (
    <tr className="group-row new-lines">
      <th colSpan={7}>
        <button
          type="button"
          onClick={() => {
            change({ line: undefined }, true);
            window.scrollTo({ top: 0 });
            log.again();
          }}
        >
          <Icon name="up" small /> {n(log.waiting, 'Show {n} new line', 'Show {n} new lines')}
        </button>
      </th>
    </tr>
  );
  return (
    <>
      <Filters id={id} search={search} live={live} change={change} />
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
        <Empty icon="search" title={t('No such request')} action={show !== 'all' && <button className="btn" onClick={() => change({ show: 'all', q: undefined, action: undefined, key: undefined, since: undefined, until: undefined })}>{t('Show everything')}</button>}>
          {t('Nothing under this filter was asked in the time that records are kept.')}
        </Empty>
      )}
      {log.records.length > 0 && (
        <div className="frame mt4">
          <table className="table fold log" role="table" aria-rowcount={-1}>
            <thead>
              <tr role="row">
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
            <Lines id={id} items={itemsOf(log.records, log.cycles, open)} open={open} toggle={toggle} arrived={log.arrived} atEnd={() => void log.loadMore()} above={newLines} />
          </table>
          <div className="frame-foot">
            <span>{log.more ? t('Newest first. Older lines load as you scroll.') : t('Newest first. There are no older lines.')}</span>
          </div>
        </div>
      )}
      <p className="vh" role="status">
        {log.waiting > 0 && n(log.waiting, '{n} new line', '{n} new lines')}
      </p>
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
