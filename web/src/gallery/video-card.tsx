import { useState } from 'react';
import { Link, useLocation } from 'react-router';
import { useApi } from '../app-context';
import type { PublicVideo } from '../api/types';
import { Icon } from '../layout/icon';
import { formatClock, formatDate, spokenDuration } from '../media/format';
import { formatAge, formatCompact, formatCount, nameOf, peopleOf } from '../media/words';
import './video-card.css';

interface CardProps {
  video: PublicVideo;
  /** Its heading's level: below that of the list's own heading. */
  heading?: 'h2' | 'h3';
  /** Picture and words side by side. */
  row?: boolean;
}

/** A video that can be watched: its picture, and what is said of it. */
export function VideoCard({ video, heading: Heading = 'h2', row = false }: CardProps) {
  const { pathname } = useLocation();
  const people = peopleOf(video);
  return (
    <article className="video-card" data-row={row || undefined}>
      <CardPicture video={video} />
      <div className="card-words">
        <Heading className="card-title">
          {/* Where it was found is told to the statistics, as another site would be. */}
          <Link to={`/v/${video.id}`} state={{ from: pathname }}>
            {nameOf(video)}
          </Link>
        </Heading>
        {people && <p className="card-people">{people}</p>}
        <p className="card-facts">
          <Views count={video.viewCount} />
          <Age iso={video.publishedAt ?? video.createdAt} />
        </p>
      </div>
    </article>
  );
}

export function Age({ iso }: { iso: string }) {
  return (
    <time dateTime={iso} title={formatDate(iso)}>
      {formatAge(iso)}
    </time>
  );
}

export function Views({ count }: { count: number }) {
  return (
    <span title={`${formatCount(count)} ${count === 1 ? 'view' : 'views'}`}>
      {formatCompact(count)} {count === 1 ? 'view' : 'views'}
    </span>
  );
}

function CardPicture({ video }: { video: PublicVideo }) {
  const api = useApi();
  const [broken, setBroken] = useState(false);
  const { thumbnailPath, durationSeconds, orientation } = video;
  return (
    <div className="card-picture" data-shape={orientation ?? undefined}>
      {thumbnailPath && !broken ? (
        <img
          src={api.absolute(thumbnailPath)}
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => setBroken(true)}
        />
      ) : (
        <Icon name="film" />
      )}
      {durationSeconds != null && (
        <span className="card-duration">
          <span aria-hidden="true">{formatClock(durationSeconds)}</span>
          <span className="visually-hidden">{spokenDuration(durationSeconds)}</span>
        </span>
      )}
    </div>
  );
}

/** Stands where a card will be. */
export function CardSkeleton({ row = false }: { row?: boolean }) {
  return (
    <div className="video-card" data-row={row || undefined} aria-hidden="true">
      <div className="card-picture skeleton" />
      <div className="card-words">
        <span className="skeleton" />
        <span className="skeleton" />
      </div>
    </div>
  );
}
