import { useEffect, useState, type FormEvent } from 'react';
import { useApi } from '../app-context';
import { readScan, startScan } from '../api/library';
import { ApiError, sentenceOf } from '../api/client';
import type { DirectoryType, ScanStatus } from '../api/types';
import { Dialog } from '../layout/dialog';
import { Icon } from '../layout/icon';
import { Progress } from '../layout/progress';
import { wait } from '../media/follow';
import { Choice } from '../layout/choice';
import { DIRECTORY_TYPES } from './params';
import { countOf, formatCount } from '../media/words';
import { DIRECTORY_NAMES } from './words';

/** Pauses between two looks at a scan, in milliseconds. */
const FIRST_PAUSE = 400;
const LONGEST_PAUSE = 2500;

interface ScanProps {
  initial: DirectoryType | '';
  onClose: () => void;
  /** New records are there. */
  onProgress: () => void;
}

/** Looks through a directory for files that have no record yet. */
export function ScanDialog({ initial, onClose, onProgress }: ScanProps) {
  const api = useApi();
  const [directoryType, setDirectoryType] = useState<DirectoryType>(initial || 'videos');
  const [skipExisting, setSkipExisting] = useState(true);
  const [scanId, setScanId] = useState<string | null>(null);
  const [starting, setStarting] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function start(event: FormEvent) {
    event.preventDefault();
    setStarting(true);
    setProblem(null);
    try {
      setScanId((await startScan(api, { directoryType, skipExisting })).scanId);
      onProgress();
    } catch (reason) {
      setProblem(sentenceOf(reason));
    } finally {
      setStarting(false);
    }
  }

  if (scanId !== null) {
    return (
      <Dialog title={`Scan of ${DIRECTORY_NAMES[directoryType]}`} onClose={onClose}>
        <Running id={scanId} onDone={onProgress} />
        <div className="dialog-actions">
          <button className="quiet-button" type="button" onClick={() => setScanId(null)}>
            Scan another
          </button>
          <button className="button" type="button" onClick={onClose}>
            Close
          </button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title="Scan a directory" onClose={onClose}>
      <form className="question" onSubmit={(event) => void start(event)}>
        <p className="hint">
          Makes a record of every video file that was put into the library without an upload,
          subfolders included.
        </p>
        <Choice<DirectoryType>
          label="Directory"
          value={directoryType}
          onChange={setDirectoryType}
          options={DIRECTORY_TYPES.map((type) => [type, DIRECTORY_NAMES[type]] as const)}
        />
        <label className="check">
          <input
            type="checkbox"
            checked={skipExisting}
            onChange={(event) => setSkipExisting(event.target.checked)}
          />
          <span>
            Skip existing records
            <span className="optional"> otherwise their files are looked at again</span>
          </span>
        </label>
        {problem && (
          <p className="message" role="alert">
            {problem}
          </p>
        )}
        <div className="dialog-actions">
          <button className="quiet-button" type="button" onClick={onClose}>
            Cancel
          </button>
          <button className="button" type="submit" disabled={starting}>
            {starting ? 'Scanning …' : 'Start scan'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Running({ id, onDone }: { id: string; onDone: () => void }) {
  const api = useApi();
  const [scan, setScan] = useState<ScanStatus | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);

  useEffect(() => {
    const stop = new AbortController();
    const watch = async () => {
      for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.3, LONGEST_PAUSE)) {
        try {
          const status = await readScan(api, id, stop.signal);
          setScan(status);
          setTrouble(null);
          if (ended(status)) return onDone();
        } catch (reason) {
          if (!(reason instanceof ApiError) || !reason.transient) throw reason;
          setTrouble(reason.message);
        }
        await wait(pause, stop.signal);
      }
    };
    watch().catch((reason: unknown) => {
      if (!stop.signal.aborted) setTrouble(sentenceOf(reason));
    });
    return () => stop.abort();
    // Following the scan does not begin anew when the page around it is drawn again.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [api, id]);

  const looking = scan ? scan.created + scan.updated : 0;
  return (
    <>
      <p className="verdict" role="status" data-tone={toneOf(scan)}>
        {toneOf(scan) && <Icon name={toneOf(scan) === 'bad' ? 'alert' : 'check'} />}
        {stageOf(scan)}
      </p>
      {!(scan && ended(scan)) && (
        <Progress
          value={scan?.status === 'inspecting' && looking ? (scan.inspected / looking) * 100 : null}
          label="Scan"
          still={trouble !== null}
        />
      )}
      {trouble && (
        <p className="message" role="alert">
          {trouble}
        </p>
      )}
      {scan && (
        <dl className="counts">
          <Count name="Files found" count={scan.scanned} />
          <Count name="New records" count={scan.created} />
          <Count name="Skipped" count={scan.skipped} />
          {!scan.skipExisting && <Count name="Looked at again" count={scan.updated} />}
          <Count name="Failed" count={scan.failed} bad />
          <Count name="Invalid" count={scan.invalid.length} bad />
        </dl>
      )}
      {scan && <Problems title="Files without a record" sentences={scan.errors} />}
      {scan && <Problems title="Invalid files" sentences={scan.invalid} />}
      {!(scan && ended(scan)) && (
        <p className="hint">It goes on in the background when you close this.</p>
      )}
    </>
  );
}

function Count({ name, count, bad = false }: { name: string; count: number; bad?: boolean }) {
  return (
    <div data-tone={bad && count > 0 ? 'bad' : undefined}>
      <dt>{name}</dt>
      <dd>{formatCount(count)}</dd>
    </div>
  );
}

function Problems({ title, sentences }: { title: string; sentences: readonly string[] }) {
  if (sentences.length === 0) return null;
  return (
    <section className="problems" aria-label={title}>
      <h3>{title}</h3>
      <ul className="results">
        {sentences.map((sentence) => (
          <li key={sentence} data-tone="bad">
            <span>{sentence}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function ended(scan: ScanStatus): boolean {
  return scan.status === 'completed' || scan.status === 'failed';
}

function toneOf(scan: ScanStatus | null): 'good' | 'bad' | undefined {
  if (!scan || !ended(scan)) return undefined;
  const flawed = scan.status === 'failed' || scan.failed > 0 || scan.invalid.length > 0;
  return flawed ? 'bad' : 'good';
}

function stageOf(scan: ScanStatus | null): string {
  switch (scan?.status) {
    case 'inspecting':
      return `Looking at the files: ${formatCount(scan.inspected)} of ${formatCount(scan.created + scan.updated)} …`;
    case 'completed':
      return `Scan complete: ${countOf(scan.scanned, 'file')} found, ${countOf(scan.created, 'new record')}.`;
    case 'failed':
      return 'The scan was given up. Scanning again goes on from there.';
    default:
      return 'Finding files …';
  }
}
