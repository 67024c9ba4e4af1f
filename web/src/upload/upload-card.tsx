import { useRef, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useUploads } from '../app-context';
import { Icon } from '../layout/icon';
import { Progress } from '../layout/progress';
import { formatBytes, formatClock, formatRemaining } from '../media/format';
import { dismissible, type UploadItem } from './item';
import { ACCEPT } from './rules';
import { Thumbnail } from './thumbnail';

/** One file from its start to its end. */
export function UploadCard({ item }: { item: UploadItem }) {
  const view = viewOf(item);
  return (
    <li
      className="card"
      data-phase={item.phase}
      data-tone={view.tone}
      data-media-id={item.mediaFileId}
    >
      <Thumbnail item={item} />
      <div className="card-body">
        <p className="card-name">{item.file?.title ?? item.name}</p>
        <p className="card-status">
          <StatusMark tone={view.tone} />
          <strong>{view.status}</strong>
          {view.note && <span className="card-note">{view.note}</span>}
        </p>
        {view.progress && (
          <Progress key={item.phase} {...view.progress} label={`${item.name}: ${view.status}`} />
        )}
        {view.problem && <p className="card-problem">{view.problem}</p>}
        {item.trouble && <p className="card-note">{item.trouble}</p>}
      </div>
      <Actions item={item} />
    </li>
  );
}

type Tone = 'busy' | 'calm' | 'good' | 'bad';

interface View {
  tone: Tone;
  status: string;
  note?: string;
  problem?: string;
  progress?: { value: number | null; still?: boolean };
}

function viewOf(item: UploadItem): View {
  const { sent, size, message } = item;
  const done = size > 0 ? Math.floor((sent / size) * 100) : 0;
  const amount = `${formatBytes(sent)} of ${formatBytes(size)}`;
  switch (item.phase) {
    case 'uploading': {
      const speed = item.speed > 0 ? `${formatBytes(Math.round(item.speed))}/s` : '';
      const left = item.speed > 0 ? formatRemaining((size - sent) / item.speed) : '';
      const note = [amount, speed, left].filter(Boolean).join(' · ');
      return { tone: 'busy', status: `Uploading ${done} %`, note, progress: { value: done } };
    }
    case 'paused': {
      const note = item.method === 'MULTIPART' ? amount : 'It starts over when it goes on.';
      return { tone: 'calm', status: 'Paused', note, progress: { value: done, still: true } };
    }
    case 'finishing':
      return { tone: 'busy', status: 'Finishing the upload', progress: { value: 100 } };
    case 'interrupted':
      return {
        tone: 'calm',
        status: 'Interrupted',
        note: `Choose the same file again (${formatBytes(size)}) to go on.`,
      };
    case 'stopped':
      return { tone: 'bad', status: 'Upload stopped', problem: message ?? undefined };
    case 'refused':
      return { tone: 'bad', status: 'Not accepted', problem: message ?? undefined };
    case 'arrived':
    case 'staged':
      return arrivedView(item);
  }
}

function arrivedView({ file, message, size }: UploadItem): View {
  if (message) return { tone: 'bad', status: 'Uploaded', problem: message };
  switch (file?.status) {
    case 'PROCESSING':
      return {
        tone: 'busy',
        status: `Processing ${Math.floor(file.progress)} %`,
        progress: { value: file.progress },
      };
    case 'READY': {
      const facts = [
        file.duration == null ? '' : formatClock(file.duration),
        file.renditions[0]?.name ?? '',
        formatBytes(file.originalSize),
      ];
      return { tone: 'good', status: 'Ready', note: facts.filter(Boolean).join(' · ') };
    }
    case 'FAILED':
      return {
        tone: 'bad',
        status: 'Failed',
        problem: file.errorMessage ?? 'The file could not be processed.',
      };
    default:
      return {
        tone: 'busy',
        status: 'Uploaded',
        note: `${formatBytes(size)} · waiting for a free worker`,
        progress: { value: null },
      };
  }
}

function StatusMark({ tone }: { tone: Tone }) {
  if (tone === 'good') return <Icon name="check" />;
  if (tone === 'bad') return <Icon name="alert" />;
  return <span className="status-dot" aria-hidden="true" />;
}

function Actions({ item }: { item: UploadItem }) {
  const uploads = useUploads();
  const { key, name, phase, file, mediaFileId } = item;
  const actions: ReactNode[] = [];
  if (phase === 'uploading' || phase === 'paused') {
    const paused = phase === 'paused';
    actions.push(
      <button
        key="pause"
        className="icon-button"
        type="button"
        onClick={() => uploads.togglePause(key)}
        aria-label={`${paused ? 'Resume' : 'Pause'} ${name}`}
      >
        <Icon name={paused ? 'play' : 'pause'} filled />
      </button>,
    );
  }
  if (phase === 'interrupted') actions.push(<ChooseAgain key="choose" name={name} />);
  if (phase === 'stopped') {
    actions.push(<TryAgain key="again" name={name} onClick={() => uploads.resume(key)} />);
  }
  if (phase === 'arrived' && item.message) {
    actions.push(<TryAgain key="follow" name={name} onClick={() => uploads.followAgain(key)} />);
  } else if (file?.status === 'FAILED') {
    const retry = () => void uploads.retranscode(key);
    actions.push(<TryAgain key="retry" name={name} onClick={retry} />);
  } else if (mediaFileId && phase === 'arrived') {
    const ready = file?.status === 'READY';
    actions.push(
      <Link key="watch" className={ready ? 'button' : 'quiet-button'} to={`/watch/${mediaFileId}`}>
        {ready ? 'Watch' : 'Open'}
        <span className="visually-hidden"> {name}</span>
      </Link>,
    );
  }
  if (phase !== 'arrived' || dismissible(item)) {
    const verb = phase === 'arrived' || phase === 'refused' ? 'Remove from the list:' : 'Cancel';
    actions.push(
      <button
        key="remove"
        className="icon-button"
        type="button"
        onClick={() => mayRemove(item) && uploads.remove(key)}
        aria-label={`${verb} ${name}`}
      >
        <Icon name="close" />
      </button>,
    );
  }
  return <div className="card-actions">{actions}</div>;
}

/** Giving up what took long to send is worth a question. */
function mayRemove({ phase, sent, name }: UploadItem): boolean {
  if (phase === 'arrived' || sent < 100_000_000) return true;
  return window.confirm(`Cancel the upload of ${name}? What has been sent of it is lost.`);
}

function TryAgain({ name, onClick }: { name: string; onClick: () => void }) {
  return (
    <button className="quiet-button" type="button" onClick={onClick}>
      Try again
      <span className="visually-hidden"> {name}</span>
    </button>
  );
}

function ChooseAgain({ name }: { name: string }) {
  const uploads = useUploads();
  const input = useRef<HTMLInputElement>(null);
  return (
    <label className="quiet-button">
      Choose file
      <input
        className="visually-hidden"
        ref={input}
        type="file"
        accept={ACCEPT}
        aria-label={`Choose ${name} again to go on`}
        onChange={() => {
          uploads.add([...(input.current?.files ?? [])]);
          if (input.current) input.current.value = '';
        }}
      />
    </label>
  );
}
