import { useEffect, useSyncExternalStore } from 'react';
import { Link, Outlet } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { graphql } from '../graphql';
import { Icon, Logo, type IconName } from '../parts/icons';
import { Monogram } from '../parts/monogram';
import { Toasts } from '../parts/toasts';
import { t } from '../text/text';
import { connection, signedOut, Store } from './api';
import { useEvery } from './live';
import { Palette } from './palette';
import { Shortcuts } from './shortcuts';
import { useViewer, type Viewer } from './viewer';
import { healthDot, healthWord } from '../screens/health';

const menu = new Store(false);
export const toggleMenu = () => menu.set(!menu.get());

export type Place = { to: string; text: string; icon: IconName; key: string; shown: (viewer: Viewer) => boolean };

const always = () => true;

/** The places of the console, as the side and the palette show them. */
export const places = (): { heading: string; places: Place[] }[] => [
  {
    heading: t('Look up'),
    places: [
      { to: '/people', text: t('People'), icon: 'people', key: 'p', shown: always },
      { to: '/groups', text: t('Groups'), icon: 'group', key: 'g', shown: always },
      { to: '/circles', text: t('Circles'), icon: 'circles', key: 'c', shown: always },
    ],
  },
  { heading: t('Fill'), places: [{ to: '/directories', text: t('Directories'), icon: 'directory', key: 'd', shown: always }] },
  {
    heading: t('Run'),
    places: [
      { to: '/api-keys', text: t('API keys'), icon: 'key', key: 'k', shown: (v) => v.mayRead('KEYS') },
    ],
  },
];

const sideDocument = graphql(`
  query Side {
    directories(first: 20, orderBy: [{ field: NAME }]) {
      edges {
        node {
          id
          name
          state
          health {
            status
          }
        }
      }
    }
  }
`);

function SideDirectories() {
  const [{ data }, again] = useQuery({ query: sideDocument });
  useEvery(60_000, () => again({ requestPolicy: 'network-only' }));
  return (data?.directories.edges ?? []).map(({ node }) => (
    <Link key={node.id} className="tab child" to="/directories/$id" params={{ id: node.id }} onClick={() => menu.set(false)}>
      <span>{node.name}</span>
      <span className={`dot ${healthDot(node.health.status)}`} />
      <span className="vh">, {healthWord(node.health.status)}</span>
    </Link>
  ));
}

function Side({ open }: { open: boolean }) {
  const viewer = useViewer();
  return (
    <aside className={open ? 'side open' : 'side'} id="side" aria-label={viewer.company?.name}>
      <a className="company" href="/of">
        <Monogram id={viewer.company?.id ?? ''} name={viewer.company?.name ?? ''} kind="company" />
        <span>
          <b>{viewer.company?.name}</b>
          <small>{location.host}</small>
        </span>
        <Icon name="updown" />
        <span className="vh">, {t('switch company')}</span>
      </a>
      <nav aria-label={t('Main')}>
        {places().map((group) => (
          <div key={group.heading}>
            <p className="nav-h">{group.heading}</p>
            {group.places
              .filter((place) => place.shown(viewer))
              .map((place) => (
                <div key={place.to}>
                  <Link className="tab" to={place.to} activeOptions={{ exact: place.to === '/directories', includeSearch: false }} onClick={() => menu.set(false)}>
                    <Icon name={place.icon} />
                    <span>{place.text}</span>
                  </Link>
                  {place.to === '/directories' && <SideDirectories />}
                </div>
              ))}
          </div>
        ))}
      </nav>
      <div className="side-foot">
        <span className="wordmark">
          <Logo />
          <span>feddir</span>
        </span>
        <span className="grow" />
        <span>{viewer.version}</span>
      </div>
    </aside>
  );
}

function Lost() {
  const state = useSyncExternalStore(connection.subscribe, connection.get);
  if (state !== 'lost') return null;
  return (
    <div className="note warn lost" role="status">
      <span>
        <Icon name="offline" />
      </span>
      <div>
        <b>{t('Live updates have stopped.')}</b> {t('The connection is tried again; what is missed is fetched then.')}
      </div>
    </div>
  );
}

/** The prompt of a session that has ended; what was typed stays on the page below. */
function SignedOut() {
  const ended = useSyncExternalStore(signedOut.subscribe, signedOut.get);
  if (!ended) return null;
  return (
    <div className="note warn lost" role="alert">
      <span>
        <Icon name="lock" />
      </span>
      <div>
        <b>{t('The session has ended.')}</b> {t('Sign in again in another tab; what is on this page stays.')}
      </div>
      <span className="end btns">
        <a className="btn s" href="/of" target="_blank" rel="noopener">
          {t('Sign in')}
        </a>
        <button className="btn s" onClick={() => signedOut.set(false)}>
          {t('Go on')}
        </button>
      </span>
    </div>
  );
}

export function Shell() {
  const open = useSyncExternalStore(menu.subscribe, menu.get);
  useEffect(() => {
    if (!open) return;
    const before = document.activeElement as HTMLElement | null;
    document.querySelector<HTMLElement>('#side a')?.focus();
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && menu.set(false);
    addEventListener('keydown', onKey);
    return () => {
      removeEventListener('keydown', onKey);
      before?.focus();
    };
  }, [open]);
  return (
    <>
      <a className="skip" href="#main">
        {t('Skip to the page')}
      </a>
      <div className="app">
        <Side open={open} />
        <div className="side-scrim" onClick={() => menu.set(false)} />
        <div className="sheet">
          <SignedOut />
          <Lost />
          <Outlet />
        </div>
      </div>
      <Palette />
      <Shortcuts />
      <Toasts />
    </>
  );
}
