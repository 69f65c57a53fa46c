import type { ReactNode } from 'react';

// The shapes of the icons, each drawn in a square of 24.
const shapes = {
  'alert': <><path d="M12 4.25 3.25 19.5h17.5z"/><path d="M12 10v4.25M12 16.9v.01"/></>,
  'arrow': <><path d="M4.5 12h15M13.5 6l6 6-6 6"/></>,
  'audit': <><path d="M6 3.75h8.5L18.5 8v12.25H6z"/><path d="m9.25 13.5 2 2 3.75-4.25"/></>,
  'badge-id': <><rect x="5" y="5" width="14" height="15.5" rx="2"/><path d="M10 5V3.25h4V5M8.6 17c.6-1.8 1.8-2.6 3.4-2.6s2.8.8 3.4 2.6"/><circle cx="12" cy="11" r="2.1"/></>,
  'ban': <><circle cx="12" cy="12" r="8.25"/><path d="m6.2 6.2 11.6 11.6"/></>,
  'braces': <><path d="M9 4.5c-2.4 0-2.6 1.4-2.6 3.4S6.3 11.4 4.25 12c2.05.6 2.15 2.1 2.15 4.1S6.6 19.5 9 19.5M15 4.5c2.4 0 2.6 1.4 2.6 3.4s.1 3.5 2.15 4.1c-2.05.6-2.15 2.1-2.15 4.1s-.2 3.4-2.6 3.4"/></>,
  'building': <><path d="M4.75 20.25V5.5l8.5-2v16.75M13.25 9.5h6v10.75M3 20.25h18M8 9h1.75M8 12.5h1.75M8 16h1.75M16.25 13h.01M16.25 16.5h.01"/></>,
  'camera': <><path d="M4 8h3.5L9 5.75h6L16.5 8H20v11H4z"/><circle cx="12" cy="13.25" r="3.25"/></>,
  'chat': <><path d="M4.25 5.25h15.5v11H11l-4.25 3.5v-3.5h-2.5z"/></>,
  'check': <><path d="m5 12.5 4.5 4.5L19 7"/></>,
  'circles': <><circle cx="9" cy="12" r="5.75"/><circle cx="15" cy="12" r="5.75"/></>,
  'clock': <><circle cx="12" cy="12" r="8.5"/><path d="M12 7.25V12l3.25 2"/></>,
  'copy': <><rect x="8.5" y="8.5" width="11.5" height="11.5" rx="2"/><path d="M15.5 5.75a2 2 0 0 0-2-1.75H6a2 2 0 0 0-2 2v7.5a2 2 0 0 0 1.75 2"/></>,
  'device': <><rect x="4" y="5" width="16" height="10.5" rx="1.75"/><path d="M2.5 19h19"/></>,
  'directory': <><path d="M3.75 9V6.5A1.5 1.5 0 0 1 5.25 5H9l2 2.5h7.75a1.5 1.5 0 0 1 1.5 1.5v8.5a1.5 1.5 0 0 1-1.5 1.5H5.25a1.5 1.5 0 0 1-1.5-1.5z"/><path d="M7.5 12h9M7.5 15.25h5.5"/></>,
  'down': <><path d="m5.5 9.5 6.5 6.5 6.5-6.5"/></>,
  'download': <><path d="M12 4v11M7.25 10.5 12 15.25l4.75-4.75M4.5 19.5h15"/></>,
  'edit': <><path d="M4.5 19.5 5.5 15 16 4.5 19.5 8 9 18.5z"/><path d="m13.5 7 3.5 3.5"/></>,
  'equal': <><path d="M5 9.25h14M5 14.75h14"/></>,
  'external': <><path d="M13.5 4.5h6v6M19.5 4.5l-9 9M18 14v4a1.5 1.5 0 0 1-1.5 1.5H6A1.5 1.5 0 0 1 4.5 18V7.5A1.5 1.5 0 0 1 6 6h4"/></>,
  'eye': <><path d="M2.75 12C5 8 8.25 6 12 6s7 2 9.25 6C19 16 15.75 18 12 18s-7-2-9.25-6z"/><circle cx="12" cy="12" r="2.75"/></>,
  'filter': <><path d="M4 6.5h16M7 12h10M10.25 17.5h3.5"/></>,
  'globe': <><circle cx="12" cy="12" r="8.5"/><path d="M3.75 12h16.5M12 3.5c2.4 2.4 3.6 5.2 3.6 8.5s-1.2 6.1-3.6 8.5c-2.4-2.4-3.6-5.2-3.6-8.5s1.2-6.1 3.6-8.5z"/></>,
  'grid': <><rect x="4" y="4" width="6.5" height="6.5" rx="1.25"/><rect x="13.5" y="4" width="6.5" height="6.5" rx="1.25"/><rect x="4" y="13.5" width="6.5" height="6.5" rx="1.25"/><rect x="13.5" y="13.5" width="6.5" height="6.5" rx="1.25"/></>,
  'group': <><circle cx="12" cy="12" r="8.75"/><circle cx="12" cy="8.4" r="1.5"/><circle cx="8.6" cy="14.2" r="1.5"/><circle cx="15.4" cy="14.2" r="1.5"/></>,
  'half': <><circle cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor"/></>,
  'help': <><circle cx="12" cy="12" r="8.5"/><path d="M9.5 9.5a2.5 2.5 0 1 1 3.4 2.3c-.6.3-.9.7-.9 1.45M12 16.4v.01"/></>,
  'history': <><path d="M4.5 12a7.5 7.5 0 1 0 2.3-5.4M4.25 3.75v3.5h3.5M12 8v4.25l3 1.75"/></>,
  'home': <><path d="m4 11 8-6.75L20 11M6.25 9.5v10h11.5v-10M10.25 19.5V14h3.5v5.5"/></>,
  'hourglass': <><path d="M7 3.75h10M7 20.25h10M8.25 3.75c0 4 1.4 6 3.75 8.25 2.35-2.25 3.75-4.25 3.75-8.25M8.25 20.25c0-4 1.4-6 3.75-8.25 2.35 2.25 3.75 4.25 3.75 8.25"/></>,
  'info': <><circle cx="12" cy="12" r="8.5"/><path d="M12 11.25v5M12 7.6v.01"/></>,
  'key': <><circle cx="8" cy="16" r="3.75"/><path d="M10.7 13.3 19.5 4.5M16 8l2.75 2.75M13 11l1.75 1.75"/></>,
  'left': <><path d="M14.5 5.5 8 12l6.5 6.5"/></>,
  'link': <><path d="M10.2 13.8a3.75 3.75 0 0 0 5.3 0l3.2-3.2a3.75 3.75 0 1 0-5.3-5.3l-1 1M13.8 10.2a3.75 3.75 0 0 0-5.3 0l-3.2 3.2a3.75 3.75 0 1 0 5.3 5.3l1-1"/></>,
  'list': <><path d="M9 6.5h11M9 12h11M9 17.5h11M4.5 6.5h.01M4.5 12h.01M4.5 17.5h.01"/></>,
  'lock': <><rect x="5" y="10.5" width="14" height="9.75" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/></>,
  'logout': <><path d="M13.5 4.5h-7A1.5 1.5 0 0 0 5 6v12a1.5 1.5 0 0 0 1.5 1.5h7M10 12h10M16.5 8.25 20.25 12l-3.75 3.75"/></>,
  'mail': <><rect x="3.5" y="5.5" width="17" height="13" rx="2"/><path d="m4.25 7.25 7.75 5.5 7.75-5.5"/></>,
  'menu': <><path d="M4 7h16M4 12h16M4 17h16"/></>,
  'moon': <><path d="M19.75 14.2A8 8 0 1 1 9.8 4.25a6.5 6.5 0 0 0 9.95 9.95z"/></>,
  'more': <><path d="M5.5 12h.01M12 12h.01M18.5 12h.01" strokeWidth="2.75"/></>,
  'offline': <><path d="M4 4l16 16M5 12.5a10 10 0 0 1 3.5-2.3M12 9.25c2.75 0 5.2 1.2 7 3.25M8.5 16a5 5 0 0 1 5.2-1.2M12 19.2v.01"/></>,
  'passkey': <><circle cx="9.25" cy="8" r="3.5"/><path d="M3 19.5c.5-3.8 2.9-6 6.25-6 1 0 1.95.2 2.75.55"/><circle cx="17" cy="12.5" r="2.75"/><path d="M17 15.25v5.5M17 18.25h2.25"/></>,
  'pause': <><path d="M8.5 5.5v13M15.5 5.5v13" strokeWidth="2.25"/></>,
  'people': <><circle cx="9" cy="8" r="3.25"/><path d="M3.5 19c.6-3.3 2.7-5.2 5.5-5.2s4.9 1.9 5.5 5.2"/><path d="M15.5 5.3a2.9 2.9 0 0 1 0 5.4M17.3 14.4c1.7.8 2.8 2.3 3.2 4.6"/></>,
  'person': <><circle cx="12" cy="8" r="3.75"/><path d="M4.5 20c.8-3.9 3.7-6.2 7.5-6.2s6.7 2.3 7.5 6.2"/></>,
  'phone': <><path d="M6.3 3.75h3l1.5 4-2.1 1.6a11.5 11.5 0 0 0 5.95 5.95l1.6-2.1 4 1.5v3a2 2 0 0 1-2.2 2C10.9 19 5 13.1 4.3 5.95a2 2 0 0 1 2-2.2z"/></>,
  'pin': <><path d="M12 20.75c4-4.4 6.4-7.4 6.4-10.6a6.4 6.4 0 0 0-12.8 0c0 3.2 2.4 6.2 6.4 10.6z"/><circle cx="12" cy="10" r="2.25"/></>,
  'play': <><path d="M7.5 5v14l11-7z"/></>,
  'plus': <><path d="M12 5v14M5 12h14"/></>,
  'pulse': <><path d="M3 12.5h3.5l2.2-6 3.8 12 2.6-8.5 1.4 2.5H21"/></>,
  'qr': <><rect x="4" y="4" width="6" height="6" rx=".75"/><rect x="14" y="4" width="6" height="6" rx=".75"/><rect x="4" y="14" width="6" height="6" rx=".75"/><path d="M14 14h2.5v2.5M20 14v2M14 20h2M18.5 18.5H20V20"/></>,
  'right': <><path d="m9.5 5.5 6.5 6.5-6.5 6.5"/></>,
  'ring': <><circle cx="12" cy="12" r="7.5" strokeDasharray="3.2 2.7"/></>,
  'rotate': <><path d="M19.25 12a7.25 7.25 0 1 1-2.1-5.1M19.5 3.5v4h-4"/></>,
  'search': <><circle cx="10.5" cy="10.5" r="6.25"/><path d="m15.25 15.25 5 5"/></>,
  'send': <><path d="m3.75 11.25 16.5-7-5.5 16-3.25-6.5z"/><path d="m11.5 13.75 4-4.5"/></>,
  'shield': <><path d="M12 3.5 5 6v5.5c0 4.3 2.8 7.4 7 9 4.2-1.6 7-4.7 7-9V6z"/></>,
  'sliders': <><path d="M3.5 7h9M18 7h2.5M3.5 17H6M11.5 17h9"/><circle cx="15.25" cy="7" r="2.5"/><circle cx="8.75" cy="17" r="2.5"/></>,
  'sort': <><path d="M8 5v14M4.5 15.5 8 19l3.5-3.5M16 19V5M12.5 8.5 16 5l3.5 3.5"/></>,
  'star': <><path d="m12 4 2.4 5.1 5.6.7-4.1 3.8 1.1 5.5-5-2.8-5 2.8 1.1-5.5L4 9.8l5.6-.7z"/></>,
  'terminal': <><rect x="3.5" y="5" width="17" height="14" rx="2"/><path d="m7.25 9.5 3 2.75-3 2.75M12.5 15.25h4"/></>,
  'trash': <><path d="M4.5 6.75h15M9 6.75v-2.5h6v2.5M6.5 6.75l.9 13h9.2l.9-13M10 10.75v5M14 10.75v5"/></>,
  'tree': <><rect x="9" y="3.75" width="6" height="4.5" rx="1"/><rect x="3.5" y="15.75" width="6" height="4.5" rx="1"/><rect x="14.5" y="15.75" width="6" height="4.5" rx="1"/><path d="M12 8.25V12M6.5 15.75V12h11v3.75"/></>,
  'undo': <><path d="M8.5 5.5 4 10l4.5 4.5M4.25 10H14a5 5 0 0 1 0 10h-2.5"/></>,
  'up': <><path d="m5.5 14.5 6.5-6.5 6.5 6.5"/></>,
  'updown': <><path d="m8 9.5 4-4 4 4M8 14.5l4 4 4-4"/></>,
  'upload': <><path d="M12 15.5v-11M7.25 9 12 4.25 16.75 9M4.5 19.5h15"/></>,
  'work': <><rect x="3.5" y="7.75" width="17" height="11.5" rx="2"/><path d="M9 7.75V6.25a1.5 1.5 0 0 1 1.5-1.5h3a1.5 1.5 0 0 1 1.5 1.5v1.5M3.75 12.75h16.5M12 12v1.75"/></>,
  'x': <><path d="m6 6 12 12M18 6 6 18"/></>,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

/** An icon beside a text that says the same; screen readers pass over it. */
export function Icon({ name, small }: { name: IconName; small?: boolean }) {
  return (
    <svg className={small ? 'i s' : 'i'} viewBox="0 0 24 24" aria-hidden="true">
      {shapes[name]}
    </svg>
  );
}

export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
      <path className="lens" d="M12 6.8a6 6 0 0 1 0 10.4 6 6 0 0 1 0-10.4Z" />
      <circle cx="9" cy="12" r="6" />
      <circle className="k" cx="15" cy="12" r="6" />
    </svg>
  );
}
