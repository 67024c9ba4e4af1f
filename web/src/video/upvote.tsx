import { useRef, useState } from 'react';
import { useApi, useVisitor } from '../app-context';
import type { PublicDetail } from '../api/types';
import { sentenceOf } from '../api/client';
import { setUpvote } from '../api/gallery';
import { Icon } from '../layout/icon';
import { formatCompact, formatCount } from '../media/words';

interface UpvoteProps {
  video: PublicDetail;
  onProblem: (sentence: string) => void;
}

/** One vote of each browser, which shows before the server has heard of it. */
export function UpvoteButton({ video, onProblem }: UpvoteProps) {
  const { upvoted, count, toggle } = useUpvote(video, onProblem);
  return (
    <button
      className="quiet-button upvote"
      type="button"
      aria-pressed={upvoted}
      aria-label={`Upvote, ${formatCount(count)} so far`}
      onClick={toggle}
    >
      <Icon name="upvote" filled={upvoted} />
      <span>{formatCompact(count)}</span>
    </button>
  );
}

function useUpvote(video: PublicDetail, onProblem: (sentence: string) => void) {
  const api = useApi();
  const { sessionId } = useVisitor();
  const [known, setKnown] = useState({
    upvoted: video.upvoted ?? false,
    count: video.upvoteCount,
  });
  /** What was pressed last; null when the server has heard of it. */
  const [wanted, setWanted] = useState<boolean | null>(null);
  const latest = useRef<boolean | null>(null);
  const busy = useRef(false);

  const upvoted = wanted ?? known.upvoted;
  const change = Number(upvoted) - Number(known.upvoted);

  async function settle() {
    busy.current = true;
    try {
      // Whoever presses again meanwhile is asked for after this answer.
      for (let next = latest.current; next !== null; next = latest.current) {
        const answer = await setUpvote(api, video.id, sessionId, next);
        setKnown({ upvoted: answer.upvoted, count: answer.upvoteCount });
        if (latest.current === next) latest.current = null;
      }
    } catch (error) {
      latest.current = null;
      onProblem(sentenceOf(error));
    } finally {
      busy.current = false;
      setWanted(null);
    }
  }

  function toggle() {
    latest.current = !upvoted;
    setWanted(!upvoted);
    if (!busy.current) void settle();
  }

  return { upvoted, count: Math.max(0, known.count + change), toggle };
}
