import { useEffect, useState } from 'react';
import { useApi } from '../app-context';
import { sentenceOf } from '../api/client';
import type { VideoSummary } from '../api/types';
import { Dialog } from '../layout/dialog';
import { Icon } from '../layout/icon';
import { Progress } from '../layout/progress';
import { validateMany, type Verdict } from './bulk';
import { subjectOf } from './questions';
import { countOf, nameOf } from '../media/words';
import { findings } from './words';

interface ValidateProps {
  videos: readonly VideoSummary[];
  onClose: () => void;
  /** All were looked at. */
  onDone: () => void;
}

/** Lets workers look at files anew and shows what they find, the bad ones first. */
export function ValidateDialog({ videos, onClose, onDone }: ValidateProps) {
  const api = useApi();
  const [verdicts, setVerdicts] = useState<Verdict[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const done = verdicts.length === videos.length;

  useEffect(() => {
    const stop = new AbortController();
    setVerdicts([]);
    validateMany(
      api,
      videos.map((video) => video.id),
      (verdict) => {
        if (!stop.signal.aborted) setVerdicts((old) => [...old, verdict]);
      },
      stop.signal,
    )
      .then(() => {
        if (!stop.signal.aborted) onDone();
      })
      .catch((reason: unknown) => {
        if (!stop.signal.aborted) setProblem(sentenceOf(reason));
      });
    return () => stop.abort();
    // Once for these videos, whatever else the page does meanwhile.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [api, videos]);

  const bad = verdicts.filter((verdict) => verdict.problem !== null);
  const good = verdicts.filter((verdict) => verdict.problem === null);
  return (
    <Dialog title={`Validate ${subjectOf(videos)}`} onClose={onClose}>
      {problem && (
        <p className="message" role="alert">
          {problem}
        </p>
      )}
      {!done && !problem && (
        <>
          <p role="status">
            {videos.length === 1
              ? 'A worker looks at the file …'
              : `${verdicts.length} of ${countOf(videos.length)} looked at …`}
          </p>
          <Progress
            value={videos.length === 1 ? null : (verdicts.length / videos.length) * 100}
            label="Validation"
          />
          <p className="hint">It goes on in the background when you close this.</p>
        </>
      )}
      {done && (
        <p role="status" className="verdict" data-tone={bad.length > 0 ? 'bad' : 'good'}>
          <Icon name={bad.length > 0 ? 'alert' : 'check'} />
          {summaryOf(good.length, bad.length)}
        </p>
      )}
      {verdicts.length > 0 && (
        <ul className="results">
          {[...bad, ...good].map((verdict) => (
            <VerdictItem key={verdict.id} verdict={verdict} videos={videos} />
          ))}
        </ul>
      )}
      <div className="dialog-actions">
        <button className={done ? 'button' : 'quiet-button'} type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

function VerdictItem({ verdict, videos }: { verdict: Verdict; videos: readonly VideoSummary[] }) {
  const { id, video, problem } = verdict;
  const named = videos.find((each) => each.id === id);
  const deleted = video?.deletedAt ? ' · still deleted' : '';
  return (
    <li data-tone={problem ? 'bad' : undefined}>
      <strong>{named ? nameOf(named) : id}</strong>
      <span>{problem ?? `${video ? findings(video) : ''}${deleted}`}</span>
    </li>
  );
}

function summaryOf(good: number, bad: number): string {
  if (bad === 0) return good === 1 ? 'The file is fine.' : `All ${countOf(good)} are fine.`;
  if (good === 0 && bad === 1) return 'The file is no good.';
  return `${good} fine, ${bad} not.`;
}
