import { useCallback, useState } from 'react';
import { Link, useParams } from 'react-router';
import { useApi } from '../app-context';
import { mediaFile } from '../api/media';
import type { MediaFile } from '../api/types';
import { Icon } from '../layout/icon';
import { Notice } from '../layout/notice';
import { Progress } from '../layout/progress';
import { usePageTitle } from '../layout/use-page-title';
import { useMediaFile } from '../media/use-media-file';
import { VideoDetails } from './details';
import { Player } from './player';
import './watch.css';

export function WatchPage() {
  const { id = '' } = useParams();
  // Another video is another page: nothing of the last one stays.
  return <Watch key={id} id={id} />;
}

function Watch({ id }: { id: string }) {
  const { file, error, trouble, reload, retry } = useMediaFile(id);
  const name = file ? (file.title ?? file.originalFilename) : 'Video';
  usePageTitle(name);

  if (!file) {
    if (!error)
      return (
        <div className="page watch-page">
          <div className="stage" aria-busy="true" />
        </div>
      );
    return (
      <Notice title="This video cannot be shown">
        <p role="alert">{error}</p>
        <p className="row">
          <button className="button" type="button" onClick={reload}>
            Try again
          </button>
          <Link className="quiet-button" to="/upload">
            Go to Upload
          </Link>
        </p>
      </Notice>
    );
  }
  return (
    <div className="page watch-page">
      {file.playback ? (
        <Playing file={file} name={name} />
      ) : (
        <Stage file={file} trouble={trouble} error={error} onRetry={retry} onReload={reload} />
      )}
      <h1>{name}</h1>
      {file.playback && file.status !== 'READY' && <NewVersion file={file} onRetry={retry} />}
      <VideoDetails file={file} />
    </div>
  );
}

/** Keeps the addresses that the player began with: a later look at the file brings new tokens, no new video. */
function Playing({ file, name }: { file: MediaFile; name: string }) {
  const api = useApi();
  const [{ id, playback, storyboardUrl, posterUrl }] = useState(file);
  const renew = useCallback(async () => {
    const fresh = await mediaFile(api, id);
    if (!fresh.playback) throw new Error('There is nothing to play any more.');
    return api.absolute(fresh.playback.url);
  }, [api, id]);
  const aspect = file.width && file.height ? file.width / file.height : 16 / 9;
  return (
    <Player
      title={name}
      url={api.absolute(playback?.url ?? '')}
      storyboardUrl={storyboardUrl ? api.absolute(storyboardUrl) : null}
      posterUrl={posterUrl ?? null}
      aspect={aspect}
      renew={renew}
    />
  );
}

interface StageProps {
  file: MediaFile;
  trouble: string | null;
  error: string | null;
  onRetry: () => void;
  onReload: () => void;
}

/** Stands where the player will be. */
function Stage({ file, trouble, error, onRetry, onReload }: StageProps) {
  if (error) {
    return (
      <div className="stage" role="alert">
        <Icon name="alert" />
        <p className="stage-title">The progress is not known</p>
        <p>{error}</p>
        <button className="button" type="button" onClick={onReload}>
          Try again
        </button>
      </div>
    );
  }
  if (file.status === 'FAILED') {
    return (
      <div className="stage" role="alert">
        <Icon name="alert" />
        <p className="stage-title">This video could not be processed</p>
        <p>{file.errorMessage}</p>
        <button className="button" type="button" onClick={onRetry}>
          Try again
        </button>
      </div>
    );
  }
  const { title, text, value } = waitingFor(file);
  return (
    <div className="stage" role="status">
      <p className="stage-title">{title}</p>
      <p>{trouble ?? text}</p>
      <Progress value={value} label={title} />
    </div>
  );
}

function waitingFor({ status, progress }: MediaFile) {
  switch (status) {
    case 'AWAITING_UPLOAD':
      return {
        title: 'Waiting for the upload',
        text: 'The file has not arrived yet. This page goes on by itself when it does.',
        value: null,
      };
    case 'PROCESSING':
      return {
        title: `Processing ${Math.floor(progress)} %`,
        text: 'The video is being made ready for every screen. It starts here when it is done.',
        value: progress,
      };
    default:
      return {
        title: 'Uploaded',
        text: 'The file has arrived and waits for a free worker.',
        value: null,
      };
  }
}

/** The old version plays while a new one is made. */
function NewVersion({ file, onRetry }: { file: MediaFile; onRetry: () => void }) {
  if (file.status === 'FAILED') {
    return (
      <div className="version-note" data-tone="bad" role="alert">
        <p>The latest transcode failed: {file.errorMessage} The version before it still plays.</p>
        <button className="quiet-button" type="button" onClick={onRetry}>
          Try again
        </button>
      </div>
    );
  }
  const label = `A new version is being made: ${Math.floor(file.progress)} %`;
  return (
    <div className="version-note" role="status">
      <p>{label}</p>
      <Progress value={file.progress} label={label} />
    </div>
  );
}
