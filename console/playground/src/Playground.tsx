import { GraphiQL } from 'graphiql';
import { useMemo, useState } from 'react';
import { createFetcher, signedOutFetcher } from './fetcher';
import { handedOver } from './operation';
import { saveToken, savedToken } from './session';
import { SignIn } from './SignIn';

const defaultQuery = `# Ctrl-Enter runs the query; Ctrl-Space completes; the book at the left explains.
{
  viewer {
    company {
      name
      directories {
        edges {
          node {
            name
            scimUrl
            counts { users activeUsers groups }
          }
        }
      }
    }
  }
}
`;

const operation = handedOver(location.hash);

export function Playground() {
  const [token, setToken] = useState(savedToken);
  const [refused, setRefused] = useState(false);
  const fetcher = useMemo(
    () => (token || operation ? createFetcher(token, setRefused) : signedOutFetcher),
    [token],
  );

  function use(next: string) {
    saveToken(next);
    setRefused(false);
    setToken(next);
  }

  return (
    <>
      <header>
        <h1>feddir playground</h1>
        <SignIn token={token} onSignIn={use} onSignOut={() => use('')} />
      </header>
      <Hint signedIn={token !== ''} session={operation !== null} refused={refused} />
      <main>
        {/* GraphiQL reads the schema anew whenever the fetcher changes. */}
        <GraphiQL
          fetcher={fetcher}
          schema={token || operation ? undefined : null}
          {...(operation ? { initialQuery: operation.query, initialVariables: operation.variables } : {})}
          defaultQuery={defaultQuery}
          isHeadersEditorEnabled={false}
          shouldPersistHeaders={false}
          showPersistHeadersSettings={false}
        />
      </main>
    </>
  );
}

function Hint({ signedIn, session, refused }: { signedIn: boolean; session: boolean; refused: boolean }) {
  if (refused && !signedIn) {
    return (
      <p role="alert" className="hint refused">
        The session has ended. Sign in to the console again, or enter the access token of an API key.
      </p>
    );
  }
  if (refused) {
    return (
      <p role="alert" className="hint refused">
        The server refused this access token. It may be mistyped, expired or revoked, or belong to a
        directory key, which opens SCIM only. Sign out and enter the access token of an API key.
      </p>
    );
  }
  if (!signedIn && session) {
    return (
      <p role="status" className="hint">
        This runs with the session of the console. With the access token of an API key it runs as that key.
      </p>
    );
  }
  if (!signedIn) {
    return (
      <p role="status" className="hint">
        Enter the access token of an API key to read the schema and run operations. It is kept in this
        tab only. An operator makes an API key with <code>feddir setup --company SHORT --api-key NAME</code>.
      </p>
    );
  }
  return null;
}
