import type { ReactNode } from 'react';

function hash(id: string): number {
  let sum = 0;
  for (const c of id) sum = (sum * 31 + c.charCodeAt(0)) >>> 0;
  return (sum % 8) + 1;
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = words[0] ?? '';
  const last = words.length > 1 ? (words[words.length - 1] ?? '') : '';
  return ((Array.from(first)[0] ?? '') + (Array.from(last)[0] ?? '')).toUpperCase();
}

type Props = { id: string; name: string; kind?: 'person' | 'company' | 'thing'; size?: 's' | 'l' | 'xl'; gone?: boolean; children?: ReactNode };

/** A circle for a person, a rounded square for a company, an outlined one for a thing. */
export function Monogram({ id, name, kind = 'person', size, gone, children }: Props) {
  const classes = ['av', kind === 'thing' ? 'thing' : `t${hash(id)}`, kind === 'company' ? 'co' : '', size ?? '', gone ? 'gone' : ''];
  return (
    <span className={classes.filter(Boolean).join(' ')} aria-hidden="true">
      {children ?? initials(name)}
    </span>
  );
}
