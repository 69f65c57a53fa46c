import { createContext, useContext, type ReactNode } from 'react';
import { useQuery } from 'urql';
import { graphql, type ResultOf } from '../graphql';
import { Failed, Loading } from '../parts/states';

const viewerDocument = graphql(`
  query Viewer {
    viewer {
      kind
      scopes
      company {
        id
        name
        shortName
      }
    }
    serverInfo {
      version
    }
  }
`);

type Result = ResultOf<typeof viewerDocument>;
export type Scope = Result['viewer']['scopes'][number];

export type Viewer = Result['viewer'] & {
  version: string;
  may: (scope: Scope) => boolean;
  mayRead: (scope: Scope) => boolean;
};

const context = createContext<Viewer | null>(null);

/** Who is signed in, with what they may do. The server decides; this only hides. */
export function useViewer(): Viewer {
  const viewer = useContext(context);
  if (!viewer) throw new Error('there is no viewer here');
  return viewer;
}

export function ViewerProvider({ children, signedOut }: { children: ReactNode; signedOut: ReactNode }) {
  const [{ data, error, fetching }, again] = useQuery({ query: viewerDocument });
  if (signedOut && !data) return signedOut;
  if (error && !data) return <Failed error={error} again={() => again({ requestPolicy: 'network-only' })} />;
  if (!data || (fetching && !data)) return <Loading />;
  const { scopes } = data.viewer;
  const may = (scope: Scope) => scopes.includes(scope);
  const viewer: Viewer = {
    ...data.viewer,
    version: data.serverInfo.version,
    may,
    mayRead: (scope) => may(scope) || (['KEYS', 'RECORDS', 'ACCOUNTS'].includes(scope) && may('AUDIT')),
  };
  return <context.Provider value={viewer}>{children}</context.Provider>;
}
