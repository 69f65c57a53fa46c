import { useRef, useState } from 'react';
import { useQuery, useSubscription } from 'urql';
import type { ResultOf } from '../../graphql';
import { client } from '../../app/api';
import { useReconnected, useThrottled } from '../../app/live';
import { number } from '../../text/text';
import { arrivedDocument, countsDocument, cyclesDocument, logDocument, type RequestRecord, type Where } from './documents';
import { chip, type Show } from './filter';

export const pageSize = 50;

type Older = { key: string; records: RequestRecord[]; cursor: string | null; more: boolean };

/**
 * The log under a filter: its newest page, the older ones that were scrolled to, and
 * what arrives. While something is read new lines are only counted.
 */
export function useLog(id: string, where: Where, live: boolean, reading: boolean) {
  const key = JSON.stringify(where);
  const none: Older = { key, records: [], cursor: null, more: false };
  const [kept, setOlder] = useState(none);
  const older = kept.key === key ? kept : none;
  const [waiting, setWaiting] = useState(0);
  const newest = useRef('');
  const loading = useRef(false);
  const [{ data, error }, execute] = useQuery({ query: logDocument, variables: { id, where, first: pageSize, after: null } });
  const { outcome: _, action: __, ...rest } = where;
  const [counts, askCounts] = useQuery({ query: countsDocument, variables: { id, where: rest } });
  const [cycles, askCycles] = useQuery({ query: cyclesDocument, variables: { id } });
  const first = data?.directory?.requestRecords;
  const records = [...(first?.edges ?? []).map(({ node }) => node), ...older.records];
  const again = () => {
    newest.current = records[0]?.at ?? '';
    setWaiting(0);
    setOlder(none);
    for (const ask of [execute, askCounts, askCycles]) ask({ requestPolicy: 'network-only' });
  };
  const refresh = useThrottled(again);
  useReconnected(refresh);
  useSubscription({ query: arrivedDocument, variables: { id, where }, pause: !live }, (_, event) => {
    if (!reading && window.scrollY < 80) refresh();
    else setWaiting((count) => count + 1);
    return event;
  });
  const more = older.cursor ? older.more : Boolean(first?.pageInfo.hasNextPage);
  const loadMore = async () => {
    if (loading.current || !more) return;
    loading.current = true;
    const next = await client.query(logDocument, { id, where, first: pageSize, after: older.cursor ?? first?.pageInfo.endCursor ?? null }).toPromise();
    loading.current = false;
    const page = next.data?.directory?.requestRecords;
    if (page) setOlder({ key, records: [...older.records, ...page.edges.map(({ node }) => node)], cursor: page.pageInfo.endCursor ?? null, more: page.pageInfo.hasNextPage });
  };
  return {
    records,
    more,
    loadMore,
    error,
    loaded: Boolean(data),
    waiting,
    again,
    cycles: cycles.data?.directory?.cycles ?? [],
    counts: counts.data?.requestRecordCounts,
    /** Whether a record came after the page was shown first. */
    arrived: (record: RequestRecord) => newest.current !== '' && record.at > newest.current,
  };
}

type Counts = ResultOf<typeof countsDocument>['requestRecordCounts'] | undefined;

/** The number of records that a chip stands for; '' while it is not known. */
export function countOf(counts: Counts, show: Show): string {
  if (!counts) return '';
  const where = chip(show);
  const meant = counts.counts.filter((one) => (!where.outcome || where.outcome.includes(one.outcome)) && (!where.action || where.action.includes(one.action)));
  const sum = meant.reduce((all, one) => all + one.count, 0);
  return number(sum) + (meant.some((one) => one.orMore) ? '+' : '');
}
