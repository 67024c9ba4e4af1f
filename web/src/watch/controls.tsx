import { useEffect, useState, type RefObject } from 'react';
import { Icon, type IconName } from '../layout/icon';
import { formatClock } from '../media/format';
import { Menu } from './menu';
import { SeekBar } from './seek-bar';
import type { StoryboardCue } from './storyboard';
import type { Playback } from './use-playback';
import { SPEEDS, type PlayerActions } from './use-player-actions';
import type { VideoState } from './use-video-state';

interface ControlsProps {
  video: RefObject<HTMLVideoElement | null>;
  frame: RefObject<HTMLElement | null>;
  state: VideoState;
  cues: readonly StoryboardCue[];
  heat?: readonly number[];
  playback: Playback;
  actions: PlayerActions;
  onMenu: (open: boolean) => void;
  onHelp: () => void;
}

export function Controls(props: ControlsProps) {
  const { video, frame, state, cues, heat, playback, actions, onMenu, onHelp } = props;
  const full = useFullScreen(frame);
  return (
    <div className="controls">
      <SeekBar video={video} state={state} cues={cues} heat={heat} onSeek={actions.seek} />
      <div className="control-row">
        <PlayButton state={state} onClick={actions.toggle} />
        <Volume state={state} actions={actions} />
        <p className="clock">
          {formatClock(state.time)} <span>/ {formatClock(state.duration)}</span>
        </p>
        <span className="control-space" />
        <Menu
          name="Speed"
          options={SPEEDS.map((rate) => ({
            value: rate,
            label: rate === 1 ? 'Normal' : `${rate}×`,
          }))}
          value={state.rate}
          onChoose={actions.setRate}
          onOpenChange={onMenu}
        >
          {state.rate}×
        </Menu>
        <QualityMenu playback={playback} onMenu={onMenu} />
        <Control icon="keyboard" label="Keyboard shortcuts" onClick={onHelp} wideOnly />
        {document.pictureInPictureEnabled && (
          <Control
            icon="inset"
            label="Picture in picture"
            onClick={() => void togglePictureInPicture(video.current)}
            wideOnly
          />
        )}
        <Control
          icon={full ? 'shrink' : 'expand'}
          label={full ? 'Leave full screen' : 'Full screen'}
          onClick={() => actions.run({ do: 'fullscreen' })}
        />
      </div>
    </div>
  );
}

function PlayButton({ state, onClick }: { state: VideoState; onClick: () => void }) {
  if (state.ended) return <Control icon="replay" label="Play again" onClick={onClick} />;
  if (state.paused) return <Control icon="play" filled label="Play" onClick={onClick} />;
  return <Control icon="pause" filled label="Pause" onClick={onClick} />;
}

function Volume({ state, actions }: { state: VideoState; actions: PlayerActions }) {
  const volume = state.muted ? 0 : state.volume;
  return (
    <div className="volume">
      <Control
        icon={state.muted ? 'muted' : 'volume'}
        label={state.muted ? 'Sound on' : 'Mute'}
        onClick={() => actions.run({ do: 'mute' })}
      />
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={volume}
        aria-label="Volume"
        aria-valuetext={`${Math.round(volume * 100)} %`}
        style={{ '--value': `${volume * 100}%` } as React.CSSProperties}
        onChange={(event) => actions.setVolume(event.target.valueAsNumber)}
      />
    </div>
  );
}

function QualityMenu({
  playback,
  onMenu,
}: {
  playback: Playback;
  onMenu: (open: boolean) => void;
}) {
  const { qualities, chosen, current, choose } = playback;
  if (qualities.length < 2) return null;
  const shown = qualities.find(({ level }) => level === current)?.label;
  const automatic = chosen === -1 && shown ? `Auto (${shown})` : 'Auto';
  const options = [
    ...qualities.map(({ level, label }) => ({ value: level, label })),
    { value: -1, label: automatic },
  ];
  const label = options.find(({ value }) => value === chosen)?.label;
  return (
    <Menu name="Quality" options={options} value={chosen} onChoose={choose} onOpenChange={onMenu}>
      <span className="quality-long">{label}</span>
      <span className="quality-short">{chosen === -1 ? 'Auto' : label}</span>
    </Menu>
  );
}

interface ControlProps {
  icon: IconName;
  label: string;
  onClick: () => void;
  filled?: boolean;
  /** Left out where there is little room. */
  wideOnly?: boolean;
}

function Control({ icon, label, onClick, filled, wideOnly }: ControlProps) {
  return (
    <button
      className="control"
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      data-wide-only={wideOnly || undefined}
    >
      <Icon name={icon} filled={filled} />
    </button>
  );
}

function useFullScreen(frame: RefObject<HTMLElement | null>): boolean {
  const [full, setFull] = useState(false);
  useEffect(() => {
    const update = () => setFull(document.fullscreenElement === frame.current);
    document.addEventListener('fullscreenchange', update);
    return () => document.removeEventListener('fullscreenchange', update);
  }, [frame]);
  return full;
}

async function togglePictureInPicture(video: HTMLVideoElement | null): Promise<void> {
  try {
    if (document.pictureInPictureElement) await document.exitPictureInPicture();
    else await video?.requestPictureInPicture();
  } catch {
    // The browser says no when the video has not begun or the person does not allow it.
  }
}
