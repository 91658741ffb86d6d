import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import { ErrorBoundary } from './components/ErrorBoundary';
import { Loading } from './components/Notice';
import { newQueryClient } from './hooks/queryClient';

// Each page is its own chunk: a guest never loads the uploader.
const HomePage = lazy(() => import('./routes/HomePage'));
const SessionPage = lazy(() => import('./routes/SessionPage'));
const WatchPage = lazy(() => import('./routes/WatchPage'));
const NotFoundPage = lazy(() => import('./routes/NotFoundPage'));

export function App() {
  const [queryClient] = useState(newQueryClient);
  return (
    <QueryClientProvider client={queryClient}>
      <BrowserRouter>
        <ErrorBoundary>
          <Suspense fallback={<Loading />}>
            <Routes>
              <Route path="/" element={<HomePage />} />
              <Route path="/sessions/:id" element={<SessionPage />} />
              <Route path="/watch/:id" element={<WatchPage />} />
              <Route path="*" element={<NotFoundPage />} />
            </Routes>
          </Suspense>
        </ErrorBoundary>
      </BrowserRouter>
    </QueryClientProvider>
  );
}
