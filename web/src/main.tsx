import './styles/index.css';

import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { ProblemError } from './api/client';
import { makeRouter } from './app/router';
import { applyTheme } from './app/theme';
import { storedLanguage, WordsProvider } from './i18n';

const language = storedLanguage();
document.documentElement.lang = language;
applyTheme();

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      // The session ended while a page was open: the next load of the shell goes to the login page.
      const ended = error instanceof ProblemError && error.code === 'SESSION_REQUIRED';
      if (ended && query.queryKey[0] !== 'session') {
        queries.removeQueries({ queryKey: ['session'] });
        void router.invalidate();
      }
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // A refusal stays a refusal; only a lost network or a busy server is worth asking again.
      retry: (count, error) => count < 2 && (!(error instanceof ProblemError) || error.status === 0 || error.status === 503),
    },
  },
});
const router = makeRouter(queries);

const rootElement = document.getElementById('root');
if (!rootElement) throw new Error('index.html has no #root');
createRoot(rootElement, {
  // A refusal of the server is shown in the page; only faults of the program go to the console.
  onCaughtError: (error) => {
    if (!(error instanceof ProblemError)) console.error(error);
  },
}).render(
  <StrictMode>
    <WordsProvider start={language}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </WordsProvider>
  </StrictMode>,
);
