import { useDeferredValue, useState } from 'react';
import { useQuery, useSubscription } from 'urql';
import { PersonDetail } from './Person';
import { graphql } from './gql';

const PeopleQuery = graphql(`
  query People($query: String, $after: Cursor) {
    users(query: $query, first: 20, after: $after) {
      totalCount
      edges {
        highlights {
          field
          parts
        }
        node {
          id
          userName
          displayName
          title
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const ChangesSubscription = graphql(`
  subscription Changes {
    changes(where: { resourceType: [USER] }) {
      cursor
    }
  }
`);

// People is a box to search in, and who is found, by pages.
export function People() {
  const [query, setQuery] = useState('');
  const [cursors, setCursors] = useState<string[]>([]); // where the pages before this one ended
  const [chosen, choose] = useState<string>();
  const variables = { query: useDeferredValue(query), after: cursors.at(-1) };
  const [{ data, error, fetching }, readAgain] = useQuery({ query: PeopleQuery, variables });
  useSubscription({ query: ChangesSubscription }, (_, change) => {
    readAgain({ requestPolicy: 'network-only' });
    return change;
  });
  const { endCursor, hasNextPage } = data?.users.pageInfo ?? {};
  return (
    <main>
      <h1>People</h1>
      <input
        type="search"
        placeholder="Name, mail, phone, department"
        value={query}
        onChange={(e) => {
          setQuery(e.target.value);
          setCursors([]);
        }}
      />
      {error && <p role="alert">{error.message}</p>}
      <p role="status">{fetching ? 'Searching' : `${data?.users.totalCount ?? 0} people`}</p>
      <ul>
        {data?.users.edges.map(({ node, highlights }) => {
          const name = highlights.find((h) => h.field === 'DISPLAY_NAME');
          return (
            <li key={node.id}>
              <button onClick={() => choose(node.id)}>
                {name ? name.parts.map((p, i) => (i % 2 ? <mark key={i}>{p}</mark> : p)) : (node.displayName ?? node.userName)}
              </button>{' '}
              {node.title}
            </li>
          );
        })}
      </ul>
      <button disabled={cursors.length === 0} onClick={() => setCursors(cursors.slice(0, -1))}>
        Back
      </button>
      <button disabled={!hasNextPage} onClick={() => endCursor && setCursors([...cursors, endCursor])}>
        More
      </button>
      {chosen && <PersonDetail id={chosen} />}
    </main>
  );
}
