import { StrictMode, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from '@tanstack/react-router';
import { Provider } from 'urql';
import { client, signedOut } from './app/api';
import { router } from './app/router';
import { ViewerProvider } from './app/viewer';
import { SignIn } from './app/signIn';
import { language } from './text/text';
import './app/theme';
import './styles/tokens.css';
import './styles/base.css';
import './styles/console.css';

document.documentElement.lang = language;

function App() {
  const ended = useSyncExternalStore(signedOut.subscribe, signedOut.get);
  return (
    <ViewerProvider signedOut={ended ? <SignIn /> : undefined}>
      <RouterProvider router={router} />
    </ViewerProvider>
  );
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Provider value={client}>
      <App />
    </Provider>
  </StrictMode>,
);
