import type { IconName } from '../../parts/icons';
import { n, t } from '../../text/text';
import type { RequestRecord } from './documents';

/** An outcome as a badge shows it. */
export function outcomeOf(record: RequestRecord): { tone: string; word: string; icon: IconName } {
  switch (record.outcome) {
    case 'SUCCESS':
      return { tone: 'ok', word: { CREATE: t('Created'), DELETE: t('Deleted'), DISABLE: t('Disabled'), UPDATE: t('Updated'), ENABLE: t('Enabled'), MEMBERSHIP: t('Updated') }[record.action as 'CREATE'] ?? t('Done'), icon: 'check' };
    case 'UNCHANGED':
      return { tone: 'off', word: t('Unchanged'), icon: 'equal' };
    case 'REJECTED':
      return { tone: 'bad', word: t('Failed'), icon: 'alert' };
    case 'FAILED':
      return { tone: 'fail', word: t('Failed here'), icon: 'alert' };
    case 'THROTTLED':
      return { tone: 'warn', word: t('Throttled'), icon: 'clock' };
  }
}

/** What happened, in a few words. */
export function happened(record: RequestRecord): string {
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

/** Why a part of a request had no effect, and what to do. */
export function whyIgnored(reason: string): string {
  switch (reason) {
    case 'unknown':
      return t('This directory has no attribute of that name. The rest applied. Remove the row from the attribute mapping, or describe the attribute in an extension of the schema.');
    case 'readOnly':
      return t('Only this server writes it. The rest applied.');
    case 'notStored':
      return t('Passwords are not kept here. Remove the row from the attribute mapping.');
    case 'noMatch':
      return t('The attribute has one value, which the filter in the path does not select.');
    case 'notSimple':
      return t('An attribute of an extension holds a simple value or a list of them.');
    default:
      return reason;
  }
}
