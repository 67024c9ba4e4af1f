import { startTransition, useCallback, useEffect, useOptimistic, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { readState, writeState, type GalleryState } from './params';

/** How long typing rests before the gallery follows it, in milliseconds. */
const REST = 250;

/** The gallery's state, which is the page's address; a search reaches it when the typing rests. */
export function useGalleryState() {
  const [params, setParams] = useSearchParams();
  const address = params.toString();
  const state = readState(params);
  // What is chosen shows before the address has changed, so that no control seems to refuse.
  const [shown, show] = useOptimistic(state);
  const [typing, setTyping] = useState<{ at: string; text: string } | null>(null);
  /** The address that typing has made: more typing replaces it in the history. */
  const made = useRef<string | null>(null);
  // Whoever goes to another address has done with the typing at the last one.
  if (typing && typing.at !== address) setTyping(null);
  const text = typing?.at === address ? typing.text : null;

  const commit = useCallback(
    (next: GalleryState, replace = false) => {
      setTyping(null);
      startTransition(() => {
        show(next);
        setParams(writeState(next), { preventScrollReset: true, replace });
      });
    },
    [setParams, show],
  );

  useEffect(() => {
    if (text === null) return undefined;
    const timer = setTimeout(() => {
      const next = { ...readState(new URLSearchParams(address)), search: text };
      const replace = made.current === address;
      made.current = writeState(next).toString();
      commit(next, replace);
    }, REST);
    return () => clearTimeout(timer);
  }, [text, address, commit]);

  return {
    state,
    /** The same with what was chosen just now. */
    shown,
    /** What stands in the search field. */
    search: text ?? state.search,
    type: (search: string) => setTyping({ at: address, text: search }),
    change: (what: Partial<GalleryState>) =>
      commit({ ...state, ...(text !== null && { search: text }), ...what }),
    commit,
  };
}
