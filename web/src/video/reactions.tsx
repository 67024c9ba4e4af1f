import { useEffect, useState, type RefObject } from 'react';
import { Link, useLocation } from 'react-router';
import { useApi, useWho } from '../app-context';
import type { PublicDetail, ReactionKind } from '../api/types';
import { sentenceOf } from '../api/client';
import { react, reactionKinds, takeBackReaction } from '../api/talk';
import { useLoad } from '../api/use-load';
import { signInTo } from '../auth/sign-in-path';
import { formatClock } from '../media/format';
import { formatCompact, formatCount } from '../media/words';
import type { Heat } from './use-heat';

interface ReactionsProps {
  video: PublicDetail;
  player: RefObject<HTMLVideoElement | null>;
  heat: Heat;
  onProblem: (sentence: string) => void;
}

/** A reaction that was just made. */
interface Made {
  id: string;
  kind: ReactionKind;
  seconds: number;
}

/** Emoji that mark the moment on the screen. */
export function Reactions({ video, player, heat, onProblem }: ReactionsProps) {
  const api = useApi();
  const { signedIn } = useWho();
  const { data: kinds } = useLoad('', reactionKinds);
  const { pathname, search } = useLocation();
  const [made, setMade] = useState<Made | null>(null);
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const [flying, setFlying] = useState<{ type: string; count: number }>({ type: '', count: 0 });

  async function press(kind: ReactionKind) {
    const now = Math.floor(player.current?.currentTime ?? 0);
    const seconds = Math.min(now, video.durationSeconds ?? now);
    setFlying(({ count }) => ({ type: kind.type, count: count + 1 }));
    try {
      const reaction = { mediaId: video.id, reactionType: kind.type, videoTimestamp: seconds };
      const { id } = await react(api, reaction);
      setMade({ id, kind, seconds });
      // The same within a second is the same reaction.
      if (seen.has(id)) return;
      setSeen((old) => new Set(old).add(id));
      heat.add(kind.type, seconds, 1);
    } catch (error) {
      onProblem(sentenceOf(error));
    }
  }

  async function undo({ id, kind, seconds }: Made) {
    setMade(null);
    try {
      await takeBackReaction(api, id);
      setSeen((old) => new Set([...old].filter((each) => each !== id)));
      heat.add(kind.type, seconds, -1);
    } catch (error) {
      onProblem(sentenceOf(error));
    }
  }

  if (!kinds || kinds.length === 0) return null;
  return (
    <div
      className="reactions"
      role="group"
      aria-label="Reactions to this moment"
      style={{ '--kinds': kinds.length } as React.CSSProperties}
    >
      {kinds.map((kind) => {
        const total = heat.totals[kind.type] ?? 0;
        return (
          <button
            key={kind.type}
            className="reaction"
            type="button"
            disabled={!signedIn}
            aria-label={`${kind.label}, ${formatCount(total)} so far`}
            title={kind.label}
            onClick={() => void press(kind)}
          >
            <span aria-hidden="true">{kind.emoji}</span>
            {total > 0 && <span className="reaction-count">{formatCompact(total)}</span>}
            {flying.type === kind.type && (
              <span className="reaction-fly" key={flying.count} aria-hidden="true">
                {kind.emoji}
              </span>
            )}
          </button>
        );
      })}
      {!signedIn && (
        <p className="reactions-note">
          <Link to={signInTo(pathname + search)}>Sign in</Link> to react
        </p>
      )}
      <Undo key={made?.id} made={made} onUndo={(each) => void undo(each)} />
    </div>
  );
}

/** How long a reaction can be taken back, in milliseconds. */
const TAKE_BACK = 8000;

function Undo({ made, onUndo }: { made: Made | null; onUndo: (made: Made) => void }) {
  const [over, setOver] = useState(false);

  useEffect(() => {
    if (!made) return undefined;
    const timer = setTimeout(() => setOver(true), TAKE_BACK);
    return () => clearTimeout(timer);
  }, [made]);

  return (
    <p className="reactions-note" role="status">
      {made && !over && (
        <>
          {made.kind.emoji} at {formatClock(made.seconds)}{' '}
          <button className="text-button" type="button" onClick={() => onUndo(made)}>
            Undo
          </button>
        </>
      )}
    </p>
  );
}
