import { lazy, Suspense, type ReactNode } from 'react';
import { Navigate, Route, Routes, useLocation } from 'react-router';
import { useSession, useWho } from './app-context';
import { SignIn, SignInPage } from './auth/sign-in';
import { GalleryPage } from './gallery/gallery-page';
import { Layout } from './layout/layout';
import { NotFound } from './layout/not-found';
import { Notice } from './layout/notice';

// Who only looks at the gallery loads neither the player nor what is for administrators.
const VideoPage = lazy(async () => ({ default: (await import('./video/video-page')).VideoPage }));
const UploadPage = lazy(async () => ({
  default: (await import('./upload/upload-page')).UploadPage,
}));
const WatchPage = lazy(async () => ({ default: (await import('./watch/watch-page')).WatchPage }));
// The pages of each are one piece of code.
const LibraryPages = lazy(async () => ({
  default: (await import('./library/library-pages')).LibraryPages,
}));
const AnalyticsPages = lazy(async () => ({
  default: (await import('./analytics/analytics-pages')).AnalyticsPages,
}));

export function App() {
  return (
    <Layout>
      <Suspense fallback={null}>
        <Routes>
          <Route path="/" element={<Start />} />
          <Route path="/v/:id" element={<VideoPage />} />
          <Route path="/sign-in" element={<SignInPage />} />
          <Route path="/upload" element={forAdmins(<UploadPage />)} />
          <Route path="/library/*" element={forAdmins(<LibraryPages />)} />
          <Route path="/watch/:id" element={forAdmins(<WatchPage />)} />
          <Route path="/analytics/*" element={forAdmins(<AnalyticsPages />)} />
          <Route path="*" element={<NotFound />} />
        </Routes>
      </Suspense>
    </Layout>
  );
}

/** The gallery; uploading was here once, and its addresses still lead there. */
function Start() {
  const { search } = useLocation();
  if (new URLSearchParams(search).has('method')) {
    return <Navigate to={{ pathname: '/upload', search }} replace />;
  }
  return <GalleryPage />;
}

function forAdmins(page: ReactNode) {
  return <ForAdmins>{page}</ForAdmins>;
}

function ForAdmins({ children }: { children: ReactNode }) {
  const [state] = useSession();
  const { admin } = useWho();
  if (state.status === 'starting') return null;
  if (state.status === 'signed-out') return <SignIn message={state.message} />;
  if (!admin) {
    return (
      <Notice title="For administrators">
        <p>You are signed in, but this page takes an administrator’s account.</p>
      </Notice>
    );
  }
  return children;
}
