import { useMemo, useRef } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useApi } from '../app-context';
import { listDuplicates } from '../api/library';
import type { DuplicateGroup, DuplicateList, VideoSummary } from '../api/types';
import { Icon } from '../layout/icon';
import { usePageTitle } from '../layout/use-page-title';
import { formatBytes, formatClock } from '../media/format';
import { DetailsCache } from './details-cache';
import { LibraryHead } from './library-head';
import { ListError } from '../layout/list-error';
import { Pager } from './pager';
import { DetailsContext, useDetails } from './use-details';
import { useLoad } from '../api/use-load';
import { countOf, formatDay, nameOf } from '../media/words';
import { DIRECTORY_NAMES } from './words';

/** Groups on a page. */
const LIMIT = 20;

/** Videos that are in the library more than once. */
export function DuplicatesPage() {
  usePageTitle('Duplicates');
  const api = useApi();
  const cache = useMemo(() => new DetailsCache(api), [api]);
  const [params] = useSearchParams();
  const page = Math.max(1, Number.parseInt(params.get('page') ?? '', 10) || 1);
  const found = useLoad<DuplicateList>(String(page), (client, signal) =>
    listDuplicates(client, page, LIMIT, signal),
  );
  const { data, error, reload } = found;
  return (
    <DetailsContext value={cache}>
      <div className="page library-page">
        <LibraryHead />
        <p className="hint lead">
          Videos that agree in duration, size and dimensions. Where all are hashed, their bytes are
          known to be the same.
        </p>
        {error && <ListError error={error} stale={data !== null} onRetry={reload} />}
        {!data && !error && <GroupSkeleton />}
        {data && data.groups.length === 0 && (
          <div className="empty">
            <Icon name="check" />
            <h2>No duplicates{page > 1 ? ' on this page' : ''}</h2>
            <p>No two valid videos are the same.</p>
          </div>
        )}
        {data && (
          <ul className="groups" aria-busy={found.loading}>
            {data.groups.map((group) => (
              <Group key={group.videos[0]?.id} group={group} />
            ))}
          </ul>
        )}
        {data && (
          <Pager
            page={page}
            pages={Math.ceil(data.candidates / LIMIT)}
            to={(n) => (n === 1 ? '/library/duplicates' : `?page=${n}`)}
          />
        )}
      </div>
    </DetailsContext>
  );
}

function Group({ group }: { group: DuplicateGroup }) {
  const { videos, confirmed } = group;
  const [first] = videos;
  const wasted = (first?.fileSize ?? 0) * (videos.length - 1);
  return (
    <li className="group">
      <div className="group-head">
        <h2>{countOf(videos.length, 'copy', 'copies')}</h2>
        <span className="badge" data-tone={confirmed ? 'good' : undefined}>
          <Icon name={confirmed ? 'check' : 'search'} />
          {confirmed ? 'Same bytes' : 'Likely the same'}
        </span>
        {wasted > 0 && <span className="hint">{formatBytes(wasted)} could be freed</span>}
      </div>
      <ul className="copies">
        {videos.map((video, at) => (
          <Copy key={video.id} video={video} oldest={at === 0} />
        ))}
      </ul>
    </li>
  );
}

function Copy({ video, oldest }: { video: VideoSummary; oldest: boolean }) {
  const element = useRef<HTMLLIElement>(null);
  const details = useDetails(video, element);
  const facts = [
    DIRECTORY_NAMES[video.directoryType],
    video.durationSeconds == null ? '' : formatClock(video.durationSeconds),
    video.fileSize == null ? '' : formatBytes(video.fileSize),
    formatDay(video.createdAt),
  ];
  return (
    <li ref={element} className="copy">
      <div className="row-picture" data-shape={video.orientation ?? undefined}>
        {details?.thumbnailUrl && <img src={details.thumbnailUrl} alt="" />}
      </div>
      <div className="copy-words">
        <Link className="row-title" to={`/library?video=${video.id}`}>
          {nameOf(video)}
        </Link>
        <span className="row-people">{facts.filter(Boolean).join(' · ')}</span>
        <code>{video.path}</code>
      </div>
      {oldest && <span className="badge">Oldest</span>}
    </li>
  );
}

function GroupSkeleton() {
  return (
    <div className="groups" aria-hidden="true">
      {[0, 1].map((each) => (
        <div className="group" key={each}>
          <span className="skeleton" />
          <div className="copy">
            <div className="row-picture" />
            <span className="skeleton" />
          </div>
          <div className="copy">
            <div className="row-picture" />
            <span className="skeleton" />
          </div>
        </div>
      ))}
    </div>
  );
}
