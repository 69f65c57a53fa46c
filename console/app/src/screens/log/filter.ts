import type { Action, Where } from './documents';

export type Show = 'changes' | 'problems' | 'unchanged' | 'reads' | 'all';
export type Search = { show?: Show; q?: string; action?: Action; since?: string; key?: string; until?: string; line?: string; live?: boolean };

const writing: Action[] = ['CREATE', 'UPDATE', 'DISABLE', 'ENABLE', 'DELETE', 'MEMBERSHIP'];
const reading: Action[] = ['READ', 'QUERY', 'DISCOVERY', 'TEST_CONNECTION', 'OTHER'];

/** What a chip stands for. */
export function chip(show: Show): Where {
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

/** The filter that an address stands for. */
export function filter(search: Search): Where {
  const where: Where = { ...chip(search.show ?? 'changes') };
  if (search.q) where.target = search.q;
  if (search.action) where.action = [search.action];
  if (search.key) where.keyId = search.key;
  if (search.since) where.since = search.since;
  if (search.until) where.until = search.until;
  return where;
}
