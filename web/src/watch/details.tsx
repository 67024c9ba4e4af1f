import { useRef, useState } from 'react';
import { useApi } from '../app-context';
import { sentenceOf } from '../api/client';
import { mediaFile } from '../api/media';
import type { MediaFile, Rendition } from '../api/types';
import { writeClipboard } from '../layout/clipboard';
import { Icon } from '../layout/icon';
import {
  formatBitrate,
  formatBytes,
  formatClock,
  formatDate,
  formatFrameRate,
} from '../media/format';

/** What is known about a video, and how to take it elsewhere. */
export function VideoDetails({ file }: { file: MediaFile }) {
  const { duration, width, height } = file;
  const facts: [string, string][] = [
    ['File', file.originalFilename],
    ['Size', formatBytes(file.originalSize)],
    ['Duration', duration == null ? '' : formatClock(duration)],
    ['Picture', width && height ? `${width} × ${height}` : ''],
    ['Type', file.mimeType],
    ['Uploaded', formatDate(file.createdAt)],
    ['Producer', file.producer ?? ''],
    ['Creator', file.creator ?? ''],
    ['Tags', file.tags.join(', ')],
  ];
  return (
    <>
      <dl className="facts">
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {file.playback && <PlaybackLink file={file} />}
      {file.renditions.length > 0 && <Renditions renditions={file.renditions} />}
    </>
  );
}

/** The playlist's address for players outside the browser; it carries a token, so it works for a while only. */
function PlaybackLink({ file }: { file: MediaFile }) {
  const api = useApi();
  const [playback, setPlayback] = useState(file.playback);
  const [note, setNote] = useState('');
  const field = useRef<HTMLInputElement>(null);
  if (!playback) return null;

  async function copy() {
    try {
      const fresh = await mediaFile(api, file.id);
      if (!fresh.playback) throw new Error('There is nothing to play any more.');
      setPlayback(fresh.playback);
      await writeClipboard(api.absolute(fresh.playback.url), field.current);
      setNote('Copied. In VLC: Media → Open Network Stream.');
    } catch (error) {
      setNote(sentenceOf(error));
    }
  }

  return (
    <section className="playback-link" aria-labelledby="link-heading">
      <h2 id="link-heading">Play it elsewhere</h2>
      <p>
        VLC, mpv and ffmpeg open this link until {formatDate(playback.expiresAt)}. Copying it brings
        a fresh one.
      </p>
      <div className="copy-row">
        <input
          ref={field}
          type="text"
          readOnly
          aria-label="Playback link"
          value={api.absolute(playback.url)}
          onFocus={(event) => event.target.select()}
        />
        <button className="quiet-button" type="button" onClick={() => void copy()}>
          <Icon name="copy" />
          Copy link for VLC
        </button>
      </div>
      <p className="copy-note" role="status">
        {note}
      </p>
    </section>
  );
}

function Renditions({ renditions }: { renditions: Rendition[] }) {
  return (
    <section aria-labelledby="renditions-heading">
      <h2 id="renditions-heading">Renditions</h2>
      {/* A table too wide for a phone scrolls by itself, for the keyboard as well. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="scroll-x" tabIndex={0} role="region" aria-labelledby="renditions-heading">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Picture</th>
              <th scope="col">Frame rate</th>
              <th scope="col">Average</th>
              <th scope="col">Peak</th>
              <th scope="col">Codec</th>
              <th scope="col">Source</th>
            </tr>
          </thead>
          <tbody>
            {renditions.map((rendition) => (
              <tr key={rendition.name}>
                <th scope="row">{rendition.name}</th>
                <td>
                  {rendition.width} × {rendition.height}
                </td>
                <td>{formatFrameRate(rendition.frameRate)}</td>
                <td>{formatBitrate(rendition.averageBandwidth)}</td>
                <td>{formatBitrate(rendition.bandwidth)}</td>
                <td>
                  <code>{rendition.codecs}</code>
                </td>
                <td>{rendition.copied ? 'Copied as it came' : 'Encoded'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
