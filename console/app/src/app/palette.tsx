import { useEffect, useRef, useState, useSyncExternalStore, type KeyboardEvent } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { graphql } from '../graphql';
import { Icon, type IconName } from '../parts/icons';
import { t } from '../text/text';
import { Store } from './api';
import { places } from './shell';
import { nextTheme } from './theme';
import { useViewer } from './viewer';

const opened = new Store(false);
export const openPalette = () => opened.set(true);

const foundDocument = graphql(`
  query PalettePeople($query: String!) {
    users(first: 6, query: $query) {
      edges {
        node {
          id
          displayName
          userName
          title
        }
      }
    }
  }
`);

type Item = { id: string; icon: IconName; text: string; sub?: string; run: () => void };

function useItems(query: string): { heading: string; items: Item[] }[] {
  const navigate = useNavigate();
  const viewer = useViewer();
  const [{ data }] = useQuery({ query: foundDocument, variables: { query }, pause: query.trim().length < 2 });
  const matches = (text: string) => text.toLowerCase().includes(query.trim().toLowerCase());
  const doing: Item[] = [
    { id: 'theme', icon: 'half', text: t('Light or dark'), run: nextTheme },
    { id: 'playground', icon: 'braces', text: t('Open the playground'), run: () => location.assign('/playground') },
    { id: 'signout', icon: 'logout', text: t('Sign out'), run: () => location.assign('/signout') },
  ];
  const going: Item[] = places()
    .flatMap((group) => group.places)
    .filter((place) => place.shown(viewer))
    .map((place) => ({ id: place.to, icon: place.icon, text: place.text, run: () => void navigate({ to: place.to }) }));
  const people: Item[] =
    query.trim().length < 2
      ? []
      : (data?.users.edges ?? []).map(({ node }) => ({
          id: node.id,
          icon: 'person',
          text: node.displayName ?? node.userName,
          ...(node.title ? { sub: node.title } : {}),
          run: () => void navigate({ to: '/people/$id', params: { id: node.id } }),
        }));
  return [
    { heading: t('Do'), items: doing.filter((item) => matches(item.text)) },
    { heading: t('Go to'), items: going.filter((item) => matches(item.text)) },
    { heading: t('People'), items: people },
  ].filter((group) => group.items.length > 0);
}

function Opened({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const groups = useItems(query);
  const all = groups.flatMap((group) => group.items);
  useEffect(() => {
    if (dialog.current && !dialog.current.open) dialog.current.showModal();
  }, []);
  useEffect(() => setAt(0), [query]);
  const run = (item: Item | undefined) => {
    if (!item) return;
    close();
    item.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setAt((at + step + all.length) % Math.max(all.length, 1));
    }
    if (event.key === 'Enter') {
      event.preventDefault();
      run(all[at]);
    }
  };
  return (
    <dialog
      ref={dialog}
      className="modal"
      aria-label={t('Search or go to…')}
      onCancel={close}
      onClose={close}
      onMouseDown={(event) => {
        if (event.target === dialog.current) close();
      }}
    >
      <div className="palette dialog">
        <div className="search big">
          <Icon name="search" />
          <input
            className="input"
            autoFocus
            role="combobox"
            aria-expanded="true"
            aria-controls="palette-list"
            aria-activedescendant={all[at] ? `palette-${all[at].id}` : undefined}
            aria-label={t('Search or go to…')}
            placeholder={t('Search or go to…')}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={onKeyDown}
          />
        </div>
        <div id="palette-list" role="listbox" aria-label={t('Results')} tabIndex={-1}>
          {groups.map((group) => (
            <div key={group.heading} role="group" aria-label={group.heading}>
              <p className="nav-h" aria-hidden="true">
                {group.heading}
              </p>
              {group.items.map((item) => (
                <div
                  key={item.id}
                  id={`palette-${item.id}`}
                  role="option"
                  aria-selected={all[at]?.id === item.id}
                  onPointerMove={() => setAt(all.findIndex((one) => one.id === item.id))}
                  onClick={() => run(item)}
                >
                  <Icon name={item.icon} />
                  <span className="grow">
                    {item.text}
                    {item.sub && <small className="sub">{item.sub}</small>}
                  </span>
                </div>
              ))}
            </div>
          ))}
          {all.length === 0 && <p className="muted">{t('Nothing found.')}</p>}
        </div>
      </div>
    </dialog>
  );
}

/** The palette: do, go to, find people. It opens anywhere with Ctrl or ⌘ and K. */
export function Palette() {
  const open = useSyncExternalStore(opened.subscribe, opened.get);
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        opened.set(true);
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return open ? <Opened close={() => opened.set(false)} /> : null;
}
