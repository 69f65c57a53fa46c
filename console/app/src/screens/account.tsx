import { Page } from '../app/page';
import { useViewer, type Scope } from '../app/viewer';
import { t } from '../text/text';

/** What each scope lets its holder do. */
export const scopeTexts = (): [Scope, string][] => [
  ['READ', t('Read people, groups and what changed')],
  ['WRITE', t('Change directories, people and groups')],
  ['KEYS', t('Read and change keys')],
  ['RECORDS', t('Read the provisioning log')],
  ['AUDIT', t('Read keys, logs and accounts, and change none')],
  ['ACCOUNTS', t('Read and change accounts')],
  ['OWNERS', t('Make owners, and change identity providers')],
];

/** The account that is signed in: what it may do, its next passkey, and the way out. */
export function Account() {
  const viewer = useViewer();
  return (
    <Page narrow title={t('Your account')} lead={viewer.company && t('You are signed in to {company}.', { company: viewer.company.name })}>
      <div className="stack">
        <section className="card stack m" aria-labelledby="h-may">
          <h2 id="h-may">{t('What you may do')}</h2>
          <ul className="rows medium">
            {scopeTexts()
              .filter(([scope]) => viewer.may(scope))
              .map(([scope, text]) => (
                <li key={scope}>
                  <span className="grow">{text}</span>
                </li>
              ))}
          </ul>
        </section>
        <section className="card stack m" aria-labelledby="h-passkeys">
          <h2 id="h-passkeys">{t('Passkeys')}</h2>
          <p>{t('Have one on a second device, so that a lost one locks nobody out.')}</p>
          <div className="btns">
            <a className="btn" href="/signin/passkey">
              {t('Add a passkey')}
            </a>
          </div>
        </section>
        <section className="card stack m" aria-labelledby="h-out">
          <h2 id="h-out">{t('This device')}</h2>
          <div className="btns">
            <a className="btn" href="/signout">
              {t('Sign out')}
            </a>
          </div>
        </section>
      </div>
    </Page>
  );
}
