import { useMemo, useState } from 'react';
import { useApi } from '../app-context';
import { sentenceOf } from '../api/client';
import type { BulkAction, BulkDone, DirectoryType, VideoSummary } from '../api/types';
import type { LibraryActions, Question } from './actions';
import { publishMany, removeMany, runBulk } from './bulk';
import { subjectOf } from './questions';
import type { Message } from '../layout/toast';
import { DONE_WORDS } from './words';

/** A dialog that asks about videos. */
export interface Asked {
  question: Question;
  videos: readonly VideoSummary[];
}

/** What an action came to where not all of it succeeded. */
export interface Report {
  title: string;
  videos: readonly VideoSummary[];
  result: BulkDone;
}

interface Hooks {
  /** Videos were changed: lists and details are to be read anew. */
  onChanged: (change: { removed: readonly string[] }) => void;
  onMessage: (message: Message) => void;
}

/** What is asked, what runs and what came of it. */
export function useActions({ onChanged, onMessage }: Hooks) {
  const api = useApi();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [report, setReport] = useState<Report | null>(null);
  const [done, setDone] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const doers = useMemo(() => {
    async function run(
      name: keyof typeof DONE_WORDS,
      videos: readonly VideoSummary[],
      work: () => Promise<BulkDone>,
      words = DONE_WORDS[name],
    ) {
      setDone(0);
      setProblem(null);
      try {
        const result = await work();
        const succeeded = result.results.filter((each) => each.ok).map((each) => each.id);
        setAsked(null);
        onChanged({ removed: name === 'remove' ? succeeded : [] });
        if (result.failed > 0) {
          setReport({ title: `Not everything was ${DONE_WORDS[name]}`, videos, result });
        } else {
          const undo = name === 'delete' ? () => change({ action: 'restore' }, videos) : undefined;
          onMessage({ text: `${subjectOf(videos)} ${words}.`, undo });
        }
      } catch (error) {
        // A dialog shows it; what was done without one says it in passing.
        setProblem(sentenceOf(error));
        if (name === 'restore' || name === 'unlock') onMessage({ text: sentenceOf(error) });
      } finally {
        setDone(null);
      }
    }
    function change(action: BulkAction, videos: readonly VideoSummary[]) {
      const ids = videos.map((video) => video.id);
      void run(action.action, videos, () => runBulk(api, action, ids));
    }
    function remove(videos: readonly VideoSummary[], objects: boolean) {
      const ids = videos.map((video) => video.id);
      void run('remove', videos, () => removeMany(api, ids, objects, setDone));
    }
    function publish(videos: readonly VideoSummary[], category: string, directory: DirectoryType) {
      const words = `published under “${category}”`;
      void run('publish', videos, () => publishMany(api, videos, category, directory), words);
    }
    const actions: LibraryActions = {
      ask: (question, videos) => {
        setProblem(null);
        setAsked({ question, videos });
      },
      act: (deed, videos) => change({ action: deed }, videos),
    };
    return { change, publish, remove, actions };
  }, [api, onChanged, onMessage]);

  return {
    ...doers,
    asked,
    report,
    done,
    problem,
    dismiss: () => setAsked(null),
    dismissReport: () => setReport(null),
  };
}
