import { Fragment } from 'react';

type Highlight = { field: string; parts: readonly string[] };

/** What a search found in each field. Of the parts every second one was found. */
export function marksOf(highlights: readonly Highlight[]): Map<string, readonly string[]> {
  return new Map(highlights.map(({ field, parts }) => [field, parts]));
}

/** A text with what was found in it; the text itself where nothing was. */
export function Marked({ parts, text }: { parts: readonly string[] | undefined; text: string }) {
  if (!parts) return text;
  return parts.map((part, i) => (i % 2 === 1 ? <mark key={i}>{part}</mark> : <Fragment key={i}>{part}</Fragment>));
}

/** A mail address that may break after its @, and is never cut. */
export function Mail({ address }: { address: string }) {
  const at = address.indexOf('@');
  if (at < 0) return address;
  return (
    <>
      {address.slice(0, at + 1)}
      <wbr />
      {address.slice(at + 1)}
    </>
  );
}
