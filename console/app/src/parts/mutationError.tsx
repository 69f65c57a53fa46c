import type { CombinedError } from 'urql';
import { codeOf, messageOf } from '../app/api';
import { t } from '../text/text';
import { Icon } from './icons';

/** What went wrong with what was sent; nothing was done. A step-up says where to go. */
export function MutationError({ error }: { error: CombinedError | undefined }) {
  if (!error) return null;
  const stepUp = codeOf(error) === 'STEP_UP_REQUIRED';
  const text = codeOf(error) === 'NETWORK' ? t('The server does not answer. Nothing was changed that it has not confirmed.') : messageOf(error);
  return (
    <div className="note bad" role="alert">
      <span>
        <Icon name={stepUp ? 'lock' : 'alert'} />
      </span>
      <div>
        <b>{stepUp ? t('Confirm who you are first.') : t('Nothing was changed.')}</b> {!stepUp && text}{' '}
        {stepUp && (
          <a href="/signin/again" target="_blank" rel="noopener">
            {t('Confirm in another tab, then try again here')}
          </a>
        )}
      </div>
    </div>
  );
}
