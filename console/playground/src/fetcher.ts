import type { Fetcher } from '@graphiql/toolkit';

/** Called with true when the server refused the access token, with false when it took it. */
type OnAnswer = (refused: boolean) => void;

/**
 * Sends operations to the GraphQL endpoint by POST with the given access token.
 * The token alone opens the endpoint; cookies are left out.
 */
export function createFetcher(token: string, onAnswer: OnAnswer): Fetcher {
  return async (operation) => {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        Accept: 'application/graphql-response+json, application/json;q=0.9',
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(operation),
      credentials: 'omit',
    });
    onAnswer(response.status === 401);
    const type = response.headers.get('Content-Type') ?? '';
    if (!/^application\/(graphql-response\+)?json\b/.test(type)) {
      return failure(`The server answered with status ${response.status}.`);
    }
    return response.json();
  };
}

/** Answers every operation with a hint, without asking the server. */
export const signedOutFetcher: Fetcher = () =>
  failure('Sign in with the access token of an API key first.');

function failure(message: string) {
  return { data: null, errors: [{ message }] };
}
