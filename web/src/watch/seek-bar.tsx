import { useEffect, useRef, useState, type PointerEvent, type RefObject } from 'react';
import { formatClock, spokenDuration } from '../media/format';
import { hillsOf } from './hills';
import { cueAt, type StoryboardCue } from './storyboard';
import type { VideoState } from './use-video-state';
import './seek-bar.css';

interface SeekBarProps {
  video: RefObject<HTMLVideoElement | null>;
  state: VideoState;
  cues: readonly StoryboardCue[];
  /** How much people reacted along the video, each between 0 and 1. */
  heat?: readonly number[];
  onSeek: (seconds: number) => void;
}

/** The time line: shows what is played and loaded, and under the pointer what would be seen there. */
export function SeekBar({ video, state, cues, heat, onSeek }: SeekBarProps) {
  const bar = useRef<HTMLDivElement>(null);
  const [pointedAt, setPointedAt] = useState<number | null>(null);
  const [dragging, setDragging] = useState(false);
  const { duration } = state;
  usePlayhead(video, bar, dragging ? pointedAt : null);

  function timeUnder(event: PointerEvent): number {
    const box = bar.current?.getBoundingClientRect();
    if (!box || box.width === 0) return 0;
    const fraction = (event.clientX - box.left) / box.width;
    return Math.min(1, Math.max(0, fraction)) * duration;
  }

  function onPointerDown(event: PointerEvent<HTMLDivElement>) {
    if (event.button !== 0 || duration === 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDragging(true);
    setPointedAt(timeUnder(event));
  }

  function onPointerUp(event: PointerEvent) {
    if (!dragging) return;
    onSeek(timeUnder(event));
    setDragging(false);
    if (event.pointerType !== 'mouse') setPointedAt(null);
  }

  function onKeyDown(event: React.KeyboardEvent) {
    const steps: Record<string, number> = {
      Home: 0,
      End: duration,
      PageUp: state.time + duration / 10,
      PageDown: state.time - duration / 10,
    };
    const target = steps[event.key];
    if (target === undefined) return;
    event.preventDefault();
    onSeek(target);
  }

  return (
    <div
      className="seek-bar"
      ref={bar}
      role="slider"
      tabIndex={0}
      aria-label="Position"
      aria-valuemin={0}
      aria-valuemax={Math.floor(duration)}
      aria-valuenow={Math.floor(state.time)}
      aria-valuetext={`${spokenDuration(state.time)} of ${spokenDuration(duration)}`}
      data-dragging={dragging || undefined}
      onPointerDown={onPointerDown}
      onPointerMove={(event) => setPointedAt(timeUnder(event))}
      onPointerUp={onPointerUp}
      onPointerCancel={() => setDragging(false)}
      onPointerLeave={() => !dragging && setPointedAt(null)}
      onKeyDown={onKeyDown}
    >
      {heat && <Heat values={heat} />}
      <div className="seek-track">
        <span
          className="seek-loaded"
          style={{ scale: `${duration > 0 ? state.loaded / duration : 0} 1` }}
        />
        <span className="seek-played" />
      </div>
      <span className="seek-thumb" />
      {pointedAt !== null && duration > 0 && (
        <Preview bar={bar} seconds={pointedAt} duration={duration} cues={cues} />
      )}
    </div>
  );
}

/** A hill where people reacted. */
function Heat({ values }: { values: readonly number[] }) {
  return (
    <svg className="seek-heat" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
      <path d={hillsOf(values)} />
    </svg>
  );
}

/** Moves the played part with every frame: `timeupdate` comes only four times a second. */
function usePlayhead(
  video: RefObject<HTMLVideoElement | null>,
  bar: RefObject<HTMLDivElement | null>,
  dragged: number | null,
): void {
  useEffect(() => {
    let frame = 0;
    const draw = () => {
      const { currentTime = 0, duration = 0 } = video.current ?? {};
      const fraction = duration > 0 ? (dragged ?? currentTime) / duration : 0;
      bar.current?.style.setProperty('--played', String(fraction));
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, [video, bar, dragged]);
}

/** Pixels between the preview and the ends of the bar. */
const PREVIEW_WIDTH = 168;

interface PreviewProps {
  bar: RefObject<HTMLDivElement | null>;
  seconds: number;
  duration: number;
  cues: readonly StoryboardCue[];
}

function Preview({ bar, seconds, duration, cues }: PreviewProps) {
  const cue = cueAt(cues, seconds);
  const width = bar.current?.clientWidth ?? 0;
  const half = cue ? PREVIEW_WIDTH / 2 : 28;
  const x = Math.min(width - half, Math.max(half, (seconds / duration) * width));
  return (
    <div className="seek-preview" style={{ insetInlineStart: x }} aria-hidden="true">
      {cue && <Still cue={cue} />}
      <span>{formatClock(seconds)}</span>
    </div>
  );
}

function Still({ cue }: { cue: StoryboardCue }) {
  const { image, area } = cue;
  if (!area) return <img className="still" src={image} alt="" />;
  const scale = PREVIEW_WIDTH / Math.max(area.width, area.height * (16 / 9));
  return (
    <span
      className="still"
      style={{ inlineSize: area.width * scale, blockSize: area.height * scale }}
    >
      <span
        style={{
          inlineSize: area.width,
          blockSize: area.height,
          backgroundImage: `url("${image.replaceAll('"', '%22')}")`,
          backgroundPosition: `-${area.x}px -${area.y}px`,
          scale: String(scale),
        }}
      />
    </span>
  );
}
