import { useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useApi } from '../app-context';
import { listVideos } from '../api/library';
import type { Video, VideoList, VideoSummary } from '../api/types';
import { Icon } from '../layout/icon';
import { usePageTitle } from '../layout/use-page-title';
import { ActionDialogs } from './action-dialogs';
import { BulkBar } from './bulk-bar';
import { DetailsCache } from './details-cache';
import { Filters } from './filters';
import { LibraryHead } from './library-head';
import { ListError } from '../layout/list-error';
import { SearchField } from '../layout/search-field';
import { EmptyList, ResultsBar } from './list-parts';
import { Pager } from './pager';
import { changed, filterCount, queryOf, sortedBy, withoutFilters, writeState } from './params';
import { ScanDialog } from './scan-dialog';
import { NOTHING_SELECTED, pageToggled, toggled, without, type Selection } from './selection';
import { Toast, type Message } from '../layout/toast';
import { useActions } from './use-actions';
import { DetailsContext } from './use-details';
import { useLibraryState, useOpenVideo } from './use-library-state';
import { useLoad } from '../api/use-load';
import { VideoDrawer } from './video-drawer';
import { VideoTable } from './video-table';
import { nameOf } from '../media/words';
import { pending } from './words';

/** Pauses before a list with files that nobody has looked at yet is loaded again, in milliseconds. */
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 20_000;

export function LibraryPage() {
  usePageTitle('Library');
  const api = useApi();
  const cache = useMemo(() => new DetailsCache(api), [api]);
  const { state, stored, change, commit } = useLibraryState();
  const query = queryOf(stored);
  const list = useLoad<VideoList>(query, (client, signal) => listVideos(client, query, signal));
  const [scanning, setScanning] = useState(false);
  const [message, setMessage] = useState<Message | null>(null);
  const [version, setVersion] = useState(0);
  const { open, detailsTo, close } = useOpenVideo();
  const choice = useChoice(list.data?.data ?? null, queryOf({ ...stored, page: 1 }));

  const { reload } = list;
  const refresh = useCallback(() => {
    setVersion((n) => n + 1);
    reload();
  }, [reload]);
  const { drop } = choice;
  const onChanged = useCallback(
    ({ removed }: { removed: readonly string[] }) => {
      drop(removed);
      refresh();
    },
    [drop, refresh],
  );
  const doing = useActions({ onChanged, onMessage: setMessage });
  const forget = useCallback(() => setMessage(null), []);
  const toast = <Toast message={message} onGone={forget} />;
  useFollowing(list, refresh);

  // Where the last page has become shorter than the address says.
  const pages = list.data?.pagination.totalPages ?? 0;
  const beyond = !list.loading && pages > 0 && stored.page > pages;
  useEffect(() => {
    if (beyond) commit({ ...stored, page: pages }, { replace: true });
  });

  return (
    <DetailsContext value={cache}>
      <div className="page library-page">
        <LibraryHead>
          <button className="button" type="button" onClick={() => setScanning(true)}>
            <Icon name="folder" />
            Scan directory
          </button>
        </LibraryHead>
        <Conditions state={state} onChange={change} onClear={() => commit(withoutFilters(state))} />
        {list.error && <ListError error={list.error} stale={list.data !== null} onRetry={reload} />}
        {(list.data || !list.error) && (
          <section className="results" aria-label="Videos">
            <ResultsBar
              total={list.data?.pagination.total ?? null}
              loading={list.loading}
              state={stored}
              onChange={change}
            />
            {list.data?.pagination.total === 0 ? (
              <EmptyList
                state={stored}
                onClear={() => commit(withoutFilters(stored))}
                onScan={() => setScanning(true)}
              />
            ) : (
              <VideoTable
                videos={list.data?.data ?? null}
                stale={list.loading}
                state={stored}
                selection={choice.selection}
                detailsTo={detailsTo}
                onSort={(sort) => commit(sortedBy(stored, sort))}
                onSelect={choice.toggle}
                onSelectPage={choice.togglePage}
                actions={doing.actions}
              />
            )}
            <Pager
              page={stored.page}
              pages={pages}
              to={(page) => `?${writeState(changed(stored, { page }))}`}
            />
          </section>
        )}
        <BulkBar videos={choice.videos} onClear={choice.clear} actions={doing.actions} />
        {open && (
          <VideoDrawer
            key={open}
            id={open}
            version={version}
            onClose={close}
            onSaved={(video: Video) => {
              setMessage({ text: `“${nameOf(video)}” saved.` });
              reload();
            }}
            detailsTo={detailsTo}
            actions={doing.actions}
          >
            {/* What lies outside a modal dialog can be neither seen well nor clicked. */}
            {toast}
          </VideoDrawer>
        )}
        <ActionDialogs doing={doing} onValidated={refresh} />
        {scanning && (
          <ScanDialog
            initial={stored.directoryType}
            onClose={() => {
              setScanning(false);
              reload();
            }}
            onProgress={reload}
          />
        )}
        {!open && toast}
      </div>
    </DetailsContext>
  );
}

interface ConditionsProps {
  state: ReturnType<typeof useLibraryState>['state'];
  onChange: ReturnType<typeof useLibraryState>['change'];
  onClear: () => void;
}

/** The search, and the filters: in sight where there is room, a tap away elsewhere. */
function Conditions({ state, onChange, onClear }: ConditionsProps) {
  const id = useId();
  const [shown, setShown] = useState(() => window.matchMedia('(min-width: 900px)').matches);
  const count = filterCount(state);
  return (
    <div className="conditions">
      <div className="condition-row">
        <SearchField
          placeholder="Search title, producer, creator"
          value={state.search}
          onChange={(search) => onChange({ search }, true)}
        />
        <button
          className="quiet-button"
          type="button"
          aria-expanded={shown}
          aria-controls={id}
          onClick={() => setShown(!shown)}
        >
          <Icon name="filter" />
          Filters
          {count > 0 && (
            <span className="count" aria-label={`${count} in use`}>
              {count}
            </span>
          )}
        </button>
        {(count > 0 || state.search !== '') && (
          <button className="quiet-button clear-button" type="button" onClick={onClear}>
            Clear all
          </button>
        )}
      </div>
      {shown && <Filters id={id} state={state} onChange={onChange} />}
    </div>
  );
}

interface Choice {
  /** The list in which it was made. */
  list: string;
  selection: Selection;
  /** What is known of chosen videos on other pages. */
  seen: ReadonlyMap<string, VideoSummary>;
}

/** Which videos are chosen. Another list is another choice; turning its pages is not. */
function useChoice(page: readonly VideoSummary[] | null, list: string) {
  const [stored, setStored] = useState<Choice>(() => nothingChosen(list));
  const { selection, seen } = stored.list === list ? stored : nothingChosen(list);
  const shown = useMemo(() => new Map((page ?? []).map((video) => [video.id, video])), [page]);
  const order = [...shown.keys()];

  function choose(next: Selection) {
    setStored({ list, selection: next, seen: new Map([...seen, ...shown]) });
  }

  const drop = useCallback((ids: readonly string[]) => {
    setStored((old) => ({ ...old, selection: without(old.selection, ids) }));
  }, []);
  return {
    selection,
    videos: [...selection.ids].flatMap((id) => shown.get(id) ?? seen.get(id) ?? []),
    toggle: (id: string, range: boolean) => choose(toggled(selection, id, order, range)),
    togglePage: () => choose(pageToggled(selection, order)),
    clear: () => choose(NOTHING_SELECTED),
    drop,
  };
}

function nothingChosen(list: string): Choice {
  return { list, selection: NOTHING_SELECTED, seen: new Map() };
}

/** Loads the list again while it has files that nobody has looked at, and when somebody comes back to the page. */
function useFollowing(list: { data: VideoList | null; loading: boolean }, refresh: () => void) {
  const waiting = list.data?.data.filter(pending).length ?? 0;
  const pause = useRef(FIRST_PAUSE);

  // The first look in a while is soon; a worker that does nothing is not asked for ever so often.
  useEffect(() => {
    pause.current = FIRST_PAUSE;
  }, [waiting]);

  useEffect(() => {
    if (waiting === 0 || list.loading) return undefined;
    const timer = setTimeout(refresh, pause.current);
    pause.current = Math.min(pause.current * 1.4, LONGEST_PAUSE);
    return () => clearTimeout(timer);
  }, [waiting, list.loading, refresh]);

  useEffect(() => {
    const onVisible = () => {
      if (document.visibilityState === 'visible') refresh();
    };
    document.addEventListener('visibilitychange', onVisible);
    return () => document.removeEventListener('visibilitychange', onVisible);
  }, [refresh]);
}
