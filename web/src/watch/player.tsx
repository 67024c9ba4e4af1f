import { useCallback, useEffect, useRef, useState, type PointerEvent, type RefObject } from 'react';
import { Icon } from '../layout/icon';
import { Controls } from './controls';
import { commandOf, placeOf } from './keys';
import { usePlayback } from './use-playback';
import { usePlayerActions } from './use-player-actions';
import { useStoryboard } from './use-storyboard';
import { useVideoState } from './use-video-state';
import { ShortcutHelp } from './shortcut-help';
import './player.css';

interface PlayerProps {
  title: string;
  /** Absolute addresses. */
  url: string;
  storyboardUrl: string | null;
  posterUrl: string | null;
  /** Width divided by height. */
  aspect: number;
  /** A fresh address of the master playlist. */
  renew: () => Promise<string>;
  /** Seconds from the video's beginning. */
  startAt?: number;
  /** Filled with the video element, for who follows what it does. */
  video?: RefObject<HTMLVideoElement | null>;
  /** How much people reacted along the video, each between 0 and 1. */
  heat?: readonly number[];
}

/** Milliseconds without a move after which the controls of a playing video go away. */
const IDLE_AFTER = 2600;

export function Player(props: PlayerProps) {
  const { title, url, storyboardUrl, posterUrl, aspect, renew, startAt, heat } = props;
  const frame = useRef<HTMLDivElement>(null);
  const own = useRef<HTMLVideoElement>(null);
  const video = props.video ?? own;
  const help = useRef<HTMLDialogElement>(null);
  const playback = usePlayback(video, { url, renew, startAt });
  const state = useVideoState(video);
  const cues = useStoryboard(storyboardUrl);
  const openHelp = useCallback(() => help.current?.showModal(), []);
  const { actions, feedback } = usePlayerActions(video, frame, openHelp);
  const [menuOpen, setMenuOpen] = useState(false);
  const { active, wake, sleep } = useActivity();

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (help.current?.open) return;
      const command = commandOf(event, placeOf(event.target));
      if (!command) return;
      event.preventDefault();
      wake();
      actions.run(command);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [actions, wake]);

  function onScreenPointerUp(event: PointerEvent) {
    if (event.button !== 0) return;
    if (event.pointerType === 'mouse' || !state.started) actions.toggle();
    else if (active) sleep();
    else wake();
  }

  const hidden = !active && !menuOpen && !state.paused && !playback.error;
  return (
    // The handlers only show and hide the controls; what can be done is done with the controls.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      className="player"
      ref={frame}
      style={{ '--aspect': String(aspect) } as React.CSSProperties}
      data-idle={hidden || undefined}
      data-started={state.started || undefined}
      data-paused={state.paused || undefined}
      role="region"
      aria-label={`Player: ${title}`}
      onPointerMove={(event) => event.pointerType === 'mouse' && wake()}
      onPointerLeave={(event) => event.pointerType === 'mouse' && sleep()}
      onFocus={wake}
    >
      <video
        ref={video}
        poster={posterUrl ?? undefined}
        playsInline
        preload="metadata"
        aria-label={title}
        onPointerUp={onScreenPointerUp}
        onDoubleClick={() => actions.run({ do: 'fullscreen' })}
      />
      {!state.started && !playback.error && (
        <button className="big-play" type="button" onClick={actions.toggle} aria-label="Play">
          <Icon name="play" filled />
        </button>
      )}
      {state.waiting && !playback.error && (
        <span className="spinner" role="status" aria-label="Loading" />
      )}
      <p className="feedback" role="status" key={feedback.count}>
        {feedback.text}
      </p>
      {playback.error ? (
        <div className="player-error" role="alert">
          <Icon name="alert" />
          <p>{playback.error}</p>
          <button className="button" type="button" onClick={playback.restart}>
            Try again
          </button>
        </div>
      ) : (
        <Controls
          video={video}
          frame={frame}
          state={state}
          cues={cues}
          heat={heat}
          playback={playback}
          actions={actions}
          onMenu={setMenuOpen}
          onHelp={openHelp}
        />
      )}
      <ShortcutHelp ref={help} />
    </div>
  );
}

/** Whether somebody has moved or pressed something lately. */
function useActivity() {
  const [active, setActive] = useState(true);
  const timer = useRef(0);
  const sleep = useCallback(() => {
    window.clearTimeout(timer.current);
    setActive(false);
  }, []);
  const wake = useCallback(() => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setActive(false), IDLE_AFTER);
    setActive(true);
  }, []);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return { active, wake, sleep };
}
