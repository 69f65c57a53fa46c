import type { ResultOf } from '../graphql';
import { graphql } from '../graphql';
import { n, percent, t } from '../text/text';

/** How the provisioning of a directory goes. */
export const healthFragment = graphql(`
  fragment Health on DirectoryHealth {
    status
    lastRequestAt
    lastSuccessAt
    lastErrorAt
    errorRate24h
    currentCycle {
      requests
      failed
    }
    lastCycle {
      startedAt
      endedAt
      requests
      failed
    }
  }
`);

export type Health = ResultOf<typeof healthFragment>;
export type Status = Health['status'];

export function healthDot(status: Status): string {
  return { HEALTHY: 'ok', DEGRADED: 'warn', FAILING: 'bad', STALE: 'idle', NEVER_CONNECTED: 'off' }[status];
}

export function healthWord(status: Status): string {
  return {
    HEALTHY: t('Healthy'),
    DEGRADED: t('Some failures'),
    FAILING: t('Failing'),
    STALE: t('Silent'),
    NEVER_CONNECTED: t('Not connected'),
  }[status];
}

/** In a sentence: what is, then what to do; '' where all is well. */
export function healthSentence(health: Health): string {
  const cycle = health.currentCycle ?? health.lastCycle; // the latest one, as the status is
  const refused = cycle && cycle.failed > 0 ? n(cycle.failed, '{n} of {all} requests of the last cycle was refused.', '{n} of {all} requests of the last cycle were refused.', { all: cycle.requests }) : '';
  switch (health.status) {
    case 'HEALTHY':
      return '';
    case 'DEGRADED':
      return refused || t('{rate} of the requests in 24 hours were refused.', { rate: percent(health.errorRate24h) });
    case 'FAILING':
      return refused || t('{rate} of the requests in 24 hours were refused. The log says why.', { rate: percent(health.errorRate24h) });
    case 'STALE':
      return t('Two expected cycles did not come. See at the identity provider whether the job is stopped or in quarantine.');
    case 'NEVER_CONNECTED':
      return t('No identity provider was here yet.');
  }
}

/** What needs somebody comes first. */
export function urgency(status: Status): number {
  return { FAILING: 0, DEGRADED: 1, STALE: 2, NEVER_CONNECTED: 3, HEALTHY: 4 }[status];
}
