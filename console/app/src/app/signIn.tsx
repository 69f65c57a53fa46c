import { t } from '../text/text';
import { Logo } from '../parts/icons';

/** What the console shows while nobody is signed in. */
export function SignIn() {
  const back = location.pathname + location.search;
  return (
    <main className="signed-out">
      <span className="wordmark">
        <Logo />
        <span>feddir</span>
      </span>
      <h1>{t('You are not signed in')}</h1>
      <p className="soft">{t('Sign in with your work account or a passkey.')}</p>
      <a className="btn go big" href={`/of?return=${encodeURIComponent(back)}`}>
        {t('Sign in')}
      </a>
    </main>
  );
}
