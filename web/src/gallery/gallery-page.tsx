import { useEffect, useRef } from 'react';
import { Link } from 'react-router';
import { useWho } from '../app-context';
import { galleryCategories } from '../api/gallery';
import { useLoad } from '../api/use-load';
import { Choice } from '../layout/choice';
import { Icon } from '../layout/icon';
import { ListError } from '../layout/list-error';
import { SearchField } from '../layout/search-field';
import { usePageTitle } from '../layout/use-page-title';
import { countOf, ORIENTATION_NAMES } from '../media/words';
import { Categories } from './categories';
import {
  EVERYTHING,
  narrowed,
  ORIENTATIONS,
  PAGE,
  queryOf,
  SORT_NAMES,
  SORTS,
  writeState,
  type GalleryState,
} from './params';
import { useGallery, type Gallery } from './use-gallery';
import { useGalleryState } from './use-gallery-state';
import { CardSkeleton, VideoCard } from './video-card';
import './gallery.css';

/** What everyone may watch. */
export function GalleryPage() {
  const { state, shown, search, type, change, commit } = useGalleryState();
  const categories = useLoad('', galleryCategories);
  const gallery = useGallery(queryOf(state));
  usePageTitle(state.category || 'Gallery');
  return (
    <div className="page gallery-page">
      <header className="gallery-head">
        <h1>{state.category || 'Gallery'}</h1>
        <div className="gallery-search">
          <SearchField value={search} placeholder="Search videos" onChange={type} />
        </div>
      </header>
      <Categories
        // Without them the gallery is still a gallery.
        categories={categories.data ?? (categories.error ? [] : null)}
        chosen={state.category}
        to={(category) => `/?${writeState({ ...state, category })}`}
      />
      {gallery.error && !gallery.more && (
        <ListError error={gallery.error} stale={gallery.videos !== null} onRetry={gallery.reload} />
      )}
      {(gallery.videos || !gallery.error) && (
        <section className="gallery-results" aria-label="Videos">
          <Bar state={shown} gallery={gallery} onChange={change} />
          {gallery.total === 0 && !gallery.loading ? (
            <Empty state={state} onClear={() => commit({ ...EVERYTHING, sort: state.sort })} />
          ) : (
            <Grid gallery={gallery} />
          )}
        </section>
      )}
    </div>
  );
}

interface BarProps {
  state: GalleryState;
  gallery: Gallery;
  onChange: (change: Partial<GalleryState>) => void;
}

function Bar({ state, gallery, onChange }: BarProps) {
  return (
    <div className="results-bar">
      <p className="total" role="status">
        {gallery.total === null ? <span className="skeleton" /> : countOf(gallery.total)}
      </p>
      <Choice
        label="Orientation"
        value={state.orientation}
        onChange={(orientation) => onChange({ orientation })}
        options={[
          ['', 'Any shape'],
          ...ORIENTATIONS.map((each) => [each, ORIENTATION_NAMES[each]] as const),
        ]}
      />
      <Choice
        label="Order"
        value={state.sort}
        onChange={(sort) => onChange({ sort })}
        options={SORTS.map((sort) => [sort, SORT_NAMES[sort]] as const)}
      />
    </div>
  );
}

function Grid({ gallery }: { gallery: Gallery }) {
  const { videos, loading, more, error, loadMore } = gallery;
  if (!videos) {
    return (
      <div className="gallery-grid" aria-busy="true">
        {Array.from({ length: PAGE / 2 }, (_, at) => (
          <CardSkeleton key={at} />
        ))}
      </div>
    );
  }
  return (
    <>
      <ul className="gallery-grid" aria-busy={(loading && !more) || undefined}>
        {videos.map((video) => (
          <li key={video.id}>
            <VideoCard video={video} />
          </li>
        ))}
      </ul>
      {more && <More loading={loading} error={error} onMore={loadMore} />}
    </>
  );
}

interface MoreProps {
  loading: boolean;
  error: string | null;
  onMore: () => void;
}

/** Loads more when it comes near, or when it is pressed. */
function More({ loading, error, onMore }: MoreProps) {
  const place = useRef<HTMLDivElement>(null);
  const wanted = !loading && !error;

  useEffect(() => {
    const element = place.current;
    if (!element || !wanted) return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) onMore();
      },
      { rootMargin: '500px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [wanted, onMore]);

  return (
    <div className="gallery-more" ref={place}>
      {error && <p role="alert">{error}</p>}
      <button className="quiet-button" type="button" disabled={loading} onClick={onMore}>
        {loading ? 'Loading …' : error ? 'Try again' : 'Show more'}
      </button>
    </div>
  );
}

/** Nothing to show: because of the conditions, or because nothing is published yet. */
function Empty({ state, onClear }: { state: GalleryState; onClear: () => void }) {
  const { admin } = useWho();
  if (narrowed(state)) {
    return (
      <div className="empty">
        <Icon name="search" />
        <h2>No video matches</h2>
        <p>Try another word or another category.</p>
        <button className="quiet-button" type="button" onClick={onClear}>
          Show all videos
        </button>
      </div>
    );
  }
  return (
    <div className="empty">
      <Icon name="film" />
      <h2>Nothing to watch yet</h2>
      {admin ? (
        <>
          <p>Upload a video, then publish it from the library.</p>
          <p className="row">
            <Link className="button" to="/upload">
              Upload
            </Link>
            <Link className="quiet-button" to="/library">
              Go to the library
            </Link>
          </p>
        </>
      ) : (
        <p>Videos appear here when they are published. Come back soon.</p>
      )}
    </div>
  );
}
