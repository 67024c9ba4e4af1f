import { useCallback, useRef, useState, type RefObject } from 'react';
import { Link, useLocation, useParams, useSearchParams } from 'react-router';
import { useApi, useSession, useVisitor, useWho } from '../app-context';
import type { PublicDetail } from '../api/types';
import { openVideo } from '../api/gallery';
import { useLoad } from '../api/use-load';
import { Age, Views } from '../gallery/video-card';
import { Icon } from '../layout/icon';
import { Toast, type Message } from '../layout/toast';
import { usePageTitle } from '../layout/use-page-title';
import { nameOf } from '../media/words';
import { Player } from '../watch/player';
import { About } from './about';
import { Comments } from './comments';
import { Reactions } from './reactions';
import { refererOf } from './referer';
import { Related } from './related';
import { ShareButton } from './share';
import { UpvoteButton } from './upvote';
import { useHeat } from './use-heat';
import { useTracker } from './use-tracker';
import { VideoProblem, VideoSkeleton } from './video-states';
import '../watch/watch.css';
import './video.css';

/** A video of the gallery, for everyone. */
export function VideoPage() {
  const { id = '' } = useParams();
  const [{ status }] = useSession();
  // Whose view it is has to be known before it is opened.
  if (status === 'starting') return <VideoSkeleton />;
  // Another video is another page: nothing of the last one stays.
  return <OneVideo key={id} id={id} />;
}

function OneVideo({ id }: { id: string }) {
  const { sessionId } = useVisitor();
  const { data, problem, reload } = useLoad<PublicDetail>(id, (api, signal) =>
    openVideo(api, id, sessionId, signal),
  );
  usePageTitle(data ? nameOf(data) : 'Video');
  if (data) return <Watching video={data} />;
  if (problem) return <VideoProblem problem={problem} onRetry={reload} />;
  return <VideoSkeleton />;
}

function Watching({ video }: { video: PublicDetail }) {
  const [message, setMessage] = useState<Message | null>(null);
  const say = useCallback((text: string) => setMessage({ text }), []);
  const forget = useCallback(() => setMessage(null), []);
  const player = useRef<HTMLVideoElement>(null);
  const heat = useHeat(video.id);
  const { state } = useLocation();
  const [referer] = useState(() => refererOf(state, window.location.origin, document.referrer));
  useTracker(player, { videoId: video.id, viewId: video.viewId, referer });

  function seek(seconds: number) {
    const element = player.current;
    if (!element) return;
    element.currentTime = seconds;
    element.play().catch(() => {});
    element.closest('.player')?.scrollIntoView({ block: 'nearest' });
  }

  return (
    <div className="page watch-page video-page">
      <PublicPlayer video={video} player={player} heat={heat.values} />
      <div className="video-main">
        <h1>{nameOf(video)}</h1>
        <div className="video-bar">
          <p className="video-facts">
            <Views count={video.viewCount} />
            <Age iso={video.publishedAt ?? video.createdAt} />
            {video.category && (
              <Link to={`/?${new URLSearchParams({ category: video.category })}`}>
                {video.category}
              </Link>
            )}
          </p>
          <div className="row">
            <UpvoteButton video={video} onProblem={say} />
            <ShareButton id={video.id} title={nameOf(video)} video={player} />
            <AdminLinks id={video.id} />
          </div>
        </div>
        <Reactions video={video} player={player} heat={heat} onProblem={say} />
        <About video={video} />
        <Comments
          mediaId={video.id}
          total={video.commentCount}
          duration={video.durationSeconds ?? 0}
          onSeek={seek}
          onProblem={say}
        />
      </div>
      <Related id={video.id} />
      <Toast message={message} onGone={forget} />
    </div>
  );
}

interface PublicPlayerProps {
  video: PublicDetail;
  player: RefObject<HTMLVideoElement | null>;
  heat: readonly number[] | undefined;
}

function PublicPlayer({ video, player, heat }: PublicPlayerProps) {
  const api = useApi();
  const [search] = useSearchParams();
  const { manifestUrl, storyboardUrl, thumbnailPath, width, height } = video;
  const url = api.absolute(manifestUrl ?? '');
  // The address stays; what it leads to is signed anew each time.
  const renew = useCallback(() => Promise.resolve(url), [url]);
  if (!manifestUrl) {
    return (
      <div className="stage" role="alert">
        <Icon name="alert" />
        <p className="stage-title">There is nothing to play</p>
        <p>This video has not been made ready for watching yet.</p>
      </div>
    );
  }
  const startAt = Number(search.get('t'));
  return (
    <Player
      title={nameOf(video)}
      url={url}
      storyboardUrl={storyboardUrl ? api.absolute(storyboardUrl) : null}
      posterUrl={thumbnailPath ? api.absolute(thumbnailPath) : null}
      aspect={width && height ? width / height : 16 / 9}
      renew={renew}
      startAt={startAt > 0 ? startAt : undefined}
      video={player}
      heat={heat}
    />
  );
}

function AdminLinks({ id }: { id: string }) {
  const { admin } = useWho();
  if (!admin) return null;
  return (
    <>
      <Link className="quiet-button" to={`/analytics/${id}`}>
        <Icon name="chart" />
        Analytics
      </Link>
      <Link className="quiet-button" to={`/library?${new URLSearchParams({ video: id })}`}>
        <Icon name="pencil" />
        Edit
      </Link>
    </>
  );
}
