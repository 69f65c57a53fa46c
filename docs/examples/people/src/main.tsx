import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Client, Provider, cacheExchange, fetchExchange } from 'urql';
import { People } from './People';

// Whoever opens the page can read this key: give it the scope READ, the origin
// of the page and nothing else.
const client = new Client({
  url: `${import.meta.env.VITE_FEDDIR_URL}/graphql`,
  fetchOptions: { headers: { Authorization: `Bearer ${import.meta.env.VITE_FEDDIR_API_KEY}` } },
  preferGetMethod: false,
  fetchSubscriptions: true, // as event streams, beside queries
  exchanges: [cacheExchange, fetchExchange],
});

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Provider value={client}>
      <People />
    </Provider>
  </StrictMode>,
);
