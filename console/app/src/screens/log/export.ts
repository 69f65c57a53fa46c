import { client } from '../../app/api';
import type { ResultOf, VariablesOf } from '../../graphql';
import { download, toCSV } from '../../parts/export';
import { logDocument, type RequestRecord, type Where } from './documents';

/** Reads the whole log under a filter, page by page, and saves it. */
export async function exportLog(id: string, where: Where, format: 'csv' | 'json', progress: (count: number) => void) {
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
