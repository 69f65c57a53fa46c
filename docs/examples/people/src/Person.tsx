import { useQuery } from 'urql';
import { graphql } from './gql';

const PersonQuery = graphql(`
  query Person($id: ID!) {
    user(by: { id: $id }) {
      userName
      displayName
      title
      department
      emails {
        value
      }
      manager {
        displayName
      }
      groups(first: 20) {
        edges {
          node {
            group {
              id
              displayName
            }
          }
        }
      }
    }
  }
`);

// PersonDetail is what the directory has of one person.
export function PersonDetail({ id }: { id: string }) {
  const [{ data, error }] = useQuery({ query: PersonQuery, variables: { id } });
  if (error) return <p role="alert">{error.message}</p>;
  if (!data) return <p>Reading</p>;
  const person = data.user;
  if (!person) return <p>No longer there</p>;
  return (
    <article>
      <h2>{person.displayName ?? person.userName}</h2>
      <p>{[person.title, person.department].filter(Boolean).join(', ')}</p>
      <p>{person.emails.map((e) => e.value).join(', ')}</p>
      <p>Manager: {person.manager?.displayName ?? 'nobody'}</p>
      <p>Groups: {person.groups.edges.map((e) => e.node.group.displayName).join(', ') || 'none'}</p>
    </article>
  );
}
