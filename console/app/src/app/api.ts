import { Client, cacheExchange, fetchExchange, mapExchange, subscriptionExchange, type CombinedError } from '@urql/core';
import { createClient } from 'graphql-ws';

/** What the console knows of its connection to the server. */
export type Connection = 'connecting' | 'connected' | 'lost';

type Listener = () => void;

/** A value that components follow. */
export class Store<T> {
  #listeners = new Set<Listener>();
  constructor(private value: T) {}
  get = () => this.value;
  set = (value: T) => {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const tell of this.#listeners) tell();
  };
  subscribe = (listener: Listener) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
}

/** Whether the session has ended while the console was open. */
export const signedOut = new Store(false);
/** Whether live updates arrive. */
export const connection = new Store<Connection>('connecting');

const socket = createClient({
  url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
  lazy: true,
  keepAlive: 20_000,
  retryAttempts: Infinity,
  shouldRetry: () => !signedOut.get(),
  on: {
    connected: () => connection.set('connected'),
    // 1000 is how the client itself leaves when nobody follows anything any more.
    closed: (event) => connection.set((event as CloseEvent).code === 1000 ? 'connecting' : 'lost'),
  },
});

/** The code of an error of the API, such as FORBIDDEN; '' for none, NETWORK without an answer. */
export function codeOf(error: CombinedError | undefined): string {
  if (!error) return '';
  if (error.networkError) return 'NETWORK';
  return String(error.graphQLErrors[0]?.extensions['code'] ?? 'INTERNAL');
}

/** What to tell people of an error. */
export function messageOf(error: CombinedError): string {
  return error.graphQLErrors[0]?.message ?? error.message;
}

/** The input field that an error is about, or ''. */
export function fieldOf(error: CombinedError | undefined): string {
  return String(error?.graphQLErrors[0]?.extensions['field'] ?? '');
}

export const client = new Client({
  url: '/graphql',
  preferGetMethod: false,
  requestPolicy: 'cache-and-network',
  fetchOptions: { headers: { 'Content-Type': 'application/json' }, credentials: 'same-origin' },
  exchanges: [
    mapExchange({
      onError(error) {
        if (error.response?.status === 401 || codeOf(error) === 'UNAUTHENTICATED') signedOut.set(true);
      },
    }),
    cacheExchange,
    fetchExchange,
    subscriptionExchange({
      forwardSubscription(request) {
        const input = { ...request, query: request.query ?? '' };
        return {
          subscribe(sink) {
            return { unsubscribe: socket.subscribe(input, sink as Parameters<typeof socket.subscribe>[1]) };
          },
        };
      },
    }),
  ],
});
