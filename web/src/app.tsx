import { lazy, Suspense } from 'react';
import { Navigate, Route, Routes, useLocation } from 'react-router';
import { useSession } from './app-context';
import { SignIn } from './auth/sign-in';
import { Layout } from './layout/layout';
import { NotFound } from './layout/not-found';
import { UploadPage } from './upload/upload-page';

// The player is most of the code: the upload page does without it.
const WatchPage = lazy(async () => ({ default: (await import('./watch/watch-page')).WatchPage }));
// Its three pages are one piece of code.
const LibraryPages = lazy(async () => ({
  default: (await import('./library/library-pages')).LibraryPages,
}));

export function App() {
  const [state] = useSession();
  return (
    <Layout>
      {state.status === 'signed-out' && <SignIn message={state.message} />}
      {state.status === 'signed-in' && <Pages />}
    </Layout>
  );
}

function Pages() {
  const { search } = useLocation();
  return (
    <Suspense fallback={null}>
      <Routes>
        <Route path="/" element={<Navigate to={{ pathname: '/upload', search }} replace />} />
        <Route path="/upload" element={<UploadPage />} />
        <Route path="/library/*" element={<LibraryPages />} />
        <Route path="/watch/:id" element={<WatchPage />} />
        <Route path="*" element={<NotFound />} />
      </Routes>
    </Suspense>
  );
}
