import { Link } from 'react-router';
import { sentenceOf, type ApiError } from '../api/client';
import { Notice } from '../layout/notice';

/** Why a video cannot be watched, and where to go instead. */
export function VideoProblem({ problem, onRetry }: { problem: unknown; onRetry: () => void }) {
  const { status, code } = problem as Partial<ApiError>;
  if (status === 403 && code === 'media_locked') {
    return (
      <Notice title="This video is locked">
        <p role="alert">It was withdrawn for the time being. It may come back later.</p>
        <Elsewhere />
      </Notice>
    );
  }
  if (status === 404 || status === 400) {
    return (
      <Notice title="This video is not available">
        <p role="alert">It was taken out of the gallery, or the link is not complete.</p>
        <Elsewhere />
      </Notice>
    );
  }
  return (
    <Notice title="This video cannot be shown now">
      <p role="alert">{sentenceOf(problem)}</p>
      <p className="row">
        <button className="button" type="button" onClick={onRetry}>
          Try again
        </button>
        <Link className="quiet-button" to="/">
          Go to the gallery
        </Link>
      </p>
    </Notice>
  );
}

function Elsewhere() {
  return (
    <Link className="button" to="/">
      Go to the gallery
    </Link>
  );
}

/** The page's shape before it is known what is on it. */
export function VideoSkeleton() {
  return (
    <div className="page watch-page video-page" aria-busy="true">
      <div className="stage skeleton" />
      <div className="video-main">
        <span className="skeleton" style={{ inlineSize: '60%', blockSize: '1.8rem' }} />
        <span className="skeleton" style={{ inlineSize: '30%' }} />
      </div>
    </div>
  );
}
