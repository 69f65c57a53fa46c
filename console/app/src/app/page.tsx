import { useEffect, type ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { t } from '../text/text';
import { Icon } from '../parts/icons';
import { ShowGraphQL, type Operation } from '../parts/showGraphQL';
import { openPalette } from './palette';
import { toggleMenu } from './shell';
import { nextTheme } from './theme';
import { Monogram } from '../parts/monogram';
import { useViewer } from './viewer';

export type Crumb = { text: string; to?: string };

type Props = {
  title: string;
  lead?: ReactNode;
  badge?: ReactNode;
  crumbs?: Crumb[];
  actions?: ReactNode;
  tabs?: ReactNode;
  /** What the path of the page ends with, if not with the title. */
  here?: string | undefined;
  operation?: Operation;
  narrow?: boolean;
  /** The content has the heading of the screen itself. */
  ownHeading?: boolean;
  children: ReactNode;
};

/** A screen: the bar above, one heading, and its content. */
export function Page({ title, lead, badge, crumbs = [], actions, tabs, here, operation, narrow, ownHeading, children }: Props) {
  const viewer = useViewer();
  useEffect(() => {
    document.title = `${here ? `${here} · ${title}` : title} · ${viewer.company?.name ?? 'feddir'}`;
  }, [title, here, viewer]);
  return (
    <>
      <header className="bar">
        <button className="btn quiet icon menu-btn" aria-label={t('Menu')} aria-controls="side" onClick={toggleMenu}>
          <Icon name="menu" />
        </button>
        <nav aria-label={t('You are here')} className="grow">
          <ol className="crumbs">
            {crumbs.map((crumb) => (
              <li key={crumb.text}>{crumb.to ? <Link to={crumb.to}>{crumb.text}</Link> : <span>{crumb.text}</span>}</li>
            ))}
            <li>
              <span aria-current="page">{here ?? title}</span>
            </li>
          </ol>
        </nav>
        <button className="finder" onClick={openPalette}>
          <Icon name="search" />
          <span>{t('Search or go to…')}</span>
          <kbd aria-hidden="true">{navigator.platform.startsWith('Mac') ? '⌘K' : 'Ctrl K'}</kbd>
        </button>
        {operation && <ShowGraphQL operation={operation} />}
        <button className="btn quiet icon s hide-narrow" aria-label={t('Light or dark')} onClick={nextTheme}>
          <Icon name="half" />
        </button>
        <Link className="me" to="/account" aria-label={t('Your account')}>
          <Monogram id={viewer.company?.id ?? ''} name={t('Your account')}>
            <Icon name="person" small />
          </Monogram>
        </Link>
      </header>
      <main className={narrow ? 'page narrow' : 'page'} id="main" tabIndex={-1}>
        {!ownHeading && (
          <div className="head">
            <div>
              {badge ? (
                <div className="row wrap">
                  <h1>{title}</h1>
                  {badge}
                </div>
              ) : (
                <h1>{title}</h1>
              )}
              {lead && <p>{lead}</p>}
            </div>
            {actions && <div className="actions">{actions}</div>}
          </div>
        )}
        {tabs}
        {children}
      </main>
    </>
  );
}
