import type { Fetcher, FetcherParams, Observable } from '@graphiql/toolkit';
import { type ExecutionResult, getOperationAST, parse } from 'graphql';
import { payloads } from './events';

/** Called with true when the server refused the access token, with false when it took it. */
type OnAnswer = (refused: boolean) => void;

/**
 * Sends operations to the GraphQL endpoint by POST with the given access token,
 * and follows subscriptions as event streams. A token alone opens the endpoint and
 * cookies are left out; without one the session of the console does.
 */
export function createFetcher(token: string, onAnswer: OnAnswer): Fetcher {
  async function send(operation: FetcherParams, accept: string, signal?: AbortSignal) {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { Accept: accept, 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
      body: JSON.stringify(operation),
      credentials: token ? 'omit' : 'same-origin',
      signal: signal ?? null,
    });
    onAnswer(response.status === 401);
    return response;
  }

  async function follow(operation: FetcherParams, signal: AbortSignal, next: (result: ExecutionResult) => void) {
    const response = await send(operation, 'text/event-stream', signal);
    if (!response.body || response.headers.get('Content-Type') !== 'text/event-stream') {
      return next(await answer(response));
    }
    for await (const payload of payloads(response.body)) next(payload as ExecutionResult);
  }

  return (operation) =>
    isSubscription(operation)
      ? observable((signal, next) => follow(operation, signal, next))
      : send(operation, 'application/graphql-response+json, application/json;q=0.9').then(answer);
}

/** Answers every operation with a hint, without asking the server. */
export const signedOutFetcher: Fetcher = () =>
  failure('Sign in with the access token of an API key first.');

async function answer(response: Response): Promise<ExecutionResult> {
  const type = response.headers.get('Content-Type') ?? '';
  if (!/^application\/(graphql-response\+)?json\b/.test(type)) {
    return failure(`The server answered with status ${response.status}.`);
  }
  return response.json();
}

// A document that cannot be parsed is the server's to refuse.
function isSubscription({ query, operationName }: FetcherParams): boolean {
  try {
    return getOperationAST(parse(query), operationName)?.operation === 'subscription';
  } catch {
    return false;
  }
}

type Observer<T> = { next(value: T): void; error(reason: unknown): void; complete(): void };

/** What run hands to next, until it ends or nobody wants to know more. */
function observable<T>(run: (signal: AbortSignal, next: (value: T) => void) => Promise<void>): Observable<T> {
  function subscribe(observer: Observer<T>) {
    const stop = new AbortController();
    run(stop.signal, (value) => observer.next(value)).then(
      () => observer.complete(),
      (reason) => stop.signal.aborted || observer.error(reason),
    );
    return { unsubscribe: () => stop.abort() };
  }
  return { subscribe } as Observable<T>;
}

function failure(message: string) {
  return { data: null, errors: [{ message }] } as unknown as ExecutionResult;
}
