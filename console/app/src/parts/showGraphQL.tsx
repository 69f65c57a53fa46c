import { useState } from 'react';
import { print, type DocumentNode } from 'graphql';
import { t } from '../text/text';
import { Dialog } from './dialog';
import { Icon } from './icons';

export type Operation = { document: DocumentNode; variables?: Record<string, unknown> };

/** The address of the playground with an operation in it. */
export function playgroundLink({ document, variables }: Operation): string {
  const text = JSON.stringify({ query: print(document), variables: variables ?? {} });
  const bytes = new TextEncoder().encode(text);
  const code = btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(''));
  return `/playground#operation=${code.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')}`;
}

/** A button that shows the very operation which filled the screen. */
export function ShowGraphQL({ operation }: { operation: Operation }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button className="btn s hide-narrow" onClick={() => setOpen(true)}>
        <Icon name="braces" />
        {t('Show GraphQL')}
      </button>
      {open && (
        <Dialog
          wide
          title={t('This screen as GraphQL')}
          close={() => setOpen(false)}
          footer={
            <a className="btn" href={playgroundLink(operation)} target="_blank" rel="noopener">
              <Icon name="external" />
              {t('Open in the playground')}
            </a>
          }
        >
          <p>{t('The console asks nothing that your own program could not ask.')}</p>
          <pre className="code" tabIndex={0}>
            {print(operation.document)}
          </pre>
          {operation.variables && (
            <pre className="code" tabIndex={0}>
              {JSON.stringify(operation.variables, null, 2)}
            </pre>
          )}
        </Dialog>
      )}
    </>
  );
}
