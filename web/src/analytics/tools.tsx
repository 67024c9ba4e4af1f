import { useState } from 'react';
import { useApi } from '../app-context';
import { analyticsCsv, recount, resetAnalytics } from '../api/analytics';
import { sentenceOf } from '../api/client';
import { Icon } from '../layout/icon';
import { Question } from '../layout/question';
import type { Message } from '../layout/toast';
import { countOf } from '../media/words';
import type { Range } from './range';

interface ToolsProps {
  id: string;
  name: string;
  query: string;
  range: Range;
  onMessage: (message: Message) => void;
  onChanged: () => void;
}

/** What can be done with a video's figures. */
export function AnalyticsTools({ id, name, query, range, onMessage, onChanged }: ToolsProps) {
  const api = useApi();
  const [busy, setBusy] = useState<'file' | 'count' | 'reset' | null>(null);
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function download() {
    setBusy('file');
    try {
      const ends = range.days === 'all' ? 'all' : `${range.from}-${range.to}`;
      save(await analyticsCsv(api, id, query), `analytics-${id}-${ends}.csv`);
    } catch (error) {
      onMessage({ text: sentenceOf(error) });
    } finally {
      setBusy(null);
    }
  }

  async function countAgain() {
    setBusy('count');
    try {
      const { drift } = await recount(api, id);
      const found =
        drift.length === 0 ? 'All were right.' : `${countOf(drift.length, 'was', 'were')} wrong.`;
      onMessage({ text: `The counters were compared with all single views. ${found}` });
      onChanged();
    } catch (error) {
      onMessage({ text: sentenceOf(error) });
    } finally {
      setBusy(null);
    }
  }

  async function reset() {
    setBusy('reset');
    setProblem(null);
    try {
      await resetAnalytics(api, id);
      setAsking(false);
      onMessage({ text: 'The analytics begin anew.' });
      onChanged();
    } catch (error) {
      setProblem(sentenceOf(error));
    } finally {
      setBusy(null);
    }
  }

  return (
    <div className="row analytics-tools">
      <button
        className="quiet-button"
        type="button"
        disabled={busy !== null}
        onClick={() => void download()}
      >
        <Icon name="download" />
        Download CSV
      </button>
      <button
        className="quiet-button"
        type="button"
        disabled={busy !== null}
        onClick={() => void countAgain()}
      >
        <Icon name="refresh" />
        {busy === 'count' ? 'Counting …' : 'Count anew'}
      </button>
      <button
        className="quiet-button"
        type="button"
        data-danger
        disabled={busy !== null}
        onClick={() => setAsking(true)}
      >
        <Icon name="trash" />
        Reset analytics
      </button>
      {asking && (
        <Question
          title={`Reset the analytics of “${name}”?`}
          verb="Reset analytics"
          danger
          busy={busy === 'reset'}
          problem={problem}
          onConfirm={() => void reset()}
          onClose={() => setAsking(false)}
        >
          <p>
            Its views, watch time and all that is known of them are removed for good, and counting
            begins anew. Upvotes, comments and reactions stay.
          </p>
        </Question>
      )}
    </div>
  );
}

/** Gives a file to the browser's downloads. */
function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has begun by the next turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 0);
}
