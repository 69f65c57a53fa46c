import { useEffect, useRef, type ReactNode } from 'react';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { Icon } from '../../parts/icons';
import { clockTime, date, fullTime } from '../../text/time';
import { n, number, t } from '../../text/text';
import { Detail, lost } from './detail';
import type { Cycle, RequestRecord } from './documents';
import { happened, outcomeOf } from './words';

const columns = 7;

type Item = { kind: 'cycle'; key: string; cycle: Cycle; current: boolean } | { kind: 'lost' | 'line' | 'detail'; key: string; record: RequestRecord };

/** The rows of the table: a heading where a cycle begins, each line, and what is open below it. */
export function itemsOf(records: RequestRecord[], cycles: Cycle[], open: string | undefined): Item[] {
  const items: Item[] = [];
  let last: Cycle | undefined;
  for (const record of records) {
    const at = Date.parse(record.at);
    const cycle = cycles.find((one) => Date.parse(one.startedAt) <= at + 1000);
    if (cycle && cycle !== last) items.push({ kind: 'cycle', key: cycle.startedAt, cycle, current: cycle === cycles[0] && Date.now() - Date.parse(cycle.endedAt) < 5 * 60_000 });
    last = cycle;
    if (record.lostBefore > 0) items.push({ kind: 'lost', key: `${record.id} lost`, record });
    items.push({ kind: 'line', key: record.id, record });
    if (record.id === open) items.push({ kind: 'detail', key: `${record.id} open`, record });
  }
  return items;
}

function CycleHead({ cycle, current }: { cycle: Cycle; current: boolean }) {
  const facts = [
    n(cycle.requests, '{n} request', '{n} requests'),
    t('{n} created', { n: cycle.created }),
    t('{n} updated', { n: cycle.updated }),
    t('{n} deleted', { n: cycle.deleted }),
  ];
  return (
    <th colSpan={columns} scope="colgroup">
      <span className="row wrap">
        {current && <span className="dot beat" />}
        <b>{current ? t('This cycle, since {time}', { time: clockTime(cycle.startedAt) }) : t('Cycle of {date}, {time}', { date: date(cycle.startedAt), time: clockTime(cycle.startedAt) })}</b>
        <span className="muted">
          {facts.join(' · ')} · {cycle.failed > 0 ? <span className="bad-t strong">{t('{n} failed', { n: cycle.failed })}</span> : t('{n} failed', { n: 0 })}
        </span>
      </span>
    </th>
  );
}

function Cells({ record, open, toggle }: { record: RequestRecord; open: boolean; toggle: () => void }) {
  const outcome = outcomeOf(record);
  const name = record.targetLabel || record.route;
  return (
    <>
      <td className="corner when" role="cell">
        <time dateTime={record.at} title={fullTime(record.at)}>
          {clockTime(record.at)}
        </time>
      </td>
      <td className="top2 pad" role="cell">
        <span className={`badge ${outcome.tone}`}>
          <Icon name={outcome.icon} small />
          {outcome.word}
        </span>
      </td>
      <td className="top" role="cell">
        <span className="main">{record.targetLabel || '–'}</span>
      </td>
      <td role="cell">
        {happened(record)}
        {record.ignored.length > 0 && <span className="warn-t strong"> · {n(record.ignored.length, '{n} ignored', '{n} ignored')}</span>}
      </td>
      <td className="num p2 hide-fold" role="cell">
        {record.status}
      </td>
      <td className="num p3 hide-fold" role="cell">
        {number(Math.round(record.durationMs))} ms
      </td>
      <td className="end corner2" role="cell">
        <button className="btn s icon quiet" aria-expanded={open} aria-label={t('Details of {name}', { name })} onClick={toggle}>
          <Icon name={open ? 'up' : 'down'} />
        </button>
      </td>
    </>
  );
}

type Props = {
  id: string;
  items: Item[];
  open: string | undefined;
  toggle: (line: string) => void;
  arrived: (record: RequestRecord) => boolean;
  atEnd: () => void;
  above?: ReactNode;
};

/** The lines of the log. Only those on the screen are in the page. */
export function Lines({ id, items, open, toggle, arrived, atEnd, above }: Props) {
  const body = useRef<HTMLTableSectionElement>(null);
  const virtual = useWindowVirtualizer({
    count: items.length,
    estimateSize: (i) => (items[i]?.kind === 'detail' ? 360 : 46),
    getItemKey: (i) => items[i]?.key ?? i,
    overscan: 12,
    scrollMargin: body.current ? body.current.getBoundingClientRect().top + window.scrollY : 0,
  });
  const shown = virtual.getVirtualItems();
  const last = shown[shown.length - 1];
  const near = last !== undefined && last.index >= items.length - 8;
  useEffect(() => {
    if (near) atEnd();
  }, [near, items.length]);
  const before = (shown[0]?.start ?? 0) - virtual.options.scrollMargin;
  const after = virtual.getTotalSize() + virtual.options.scrollMargin - (last?.end ?? 0);
  const row = (i: number) => {
    const item = items[i];
    if (!item) return null;
    const shared = { 'data-index': i, ref: virtual.measureElement, 'aria-rowindex': i + 2, role: 'row' };
    if (item.kind === 'cycle') {
      return (
        <tr key={item.key} {...shared} className="group-row">
          <CycleHead cycle={item.cycle} current={item.current} />
        </tr>
      );
    }
    const { record } = item;
    if (item.kind === 'lost') {
      return (
        <tr key={item.key} {...shared} className="group-row">
          <th colSpan={columns}>{lost(record)}</th>
        </tr>
      );
    }
    if (item.kind === 'detail') {
      return (
        <tr key={item.key} {...shared} className="detail">
          <Detail id={id} record={record} columns={columns} />
        </tr>
      );
    }
    const classes = [record.id === open ? 'open' : '', arrived(record) ? 'arrive' : ''].filter(Boolean).join(' ');
    const onClick = (event: React.MouseEvent) => (event.target as HTMLElement).closest('a, button') || getSelection()?.toString() || toggle(record.id);
    return (
      <tr key={item.key} {...shared} className={classes} data-row onClick={onClick}>
        <Cells record={record} open={record.id === open} toggle={() => toggle(record.id)} />
      </tr>
    );
  };
  return (
    <tbody ref={body}>
      {above}
      {before > 0 && <Space height={before} />}
      {shown.map((one) => row(one.index))}
      {after > 0 && <Space height={after} />}
    </tbody>
  );
}

function Space({ height }: { height: number }) {
  return (
    <tr aria-hidden="true" className="space">
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}
