import { useCallback, useEffect, useRef, useState } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import { changed, readState, VIDEO_PARAMETER, writeState, type LibraryState } from './params';

/** How long typing rests before the list follows it, in milliseconds. */
const REST = 250;

/**
 * The list's state, which is the page's address. What is being typed shows at once and reaches the address when the
 * typing rests; a run of typing is one step of the history.
 */
export function useLibraryState() {
  const [params, setParams] = useSearchParams();
  const [typing, setTyping] = useState<{ at: string; what: Partial<LibraryState> } | null>(null);
  const lastTyped = useRef('');
  const address = params.toString();
  const stored = readState(params);
  // Whoever goes to another address has done with the typing at the last one, also when they come back to it.
  if (typing && typing.at !== address) setTyping(null);
  const typed = typing?.at === address ? typing.what : null;
  const state = typed ? { ...stored, ...typed } : stored;

  const commit = useCallback(
    (next: LibraryState, options?: { replace: boolean }) => {
      setTyping(null);
      setParams(writeState(next), { preventScrollReset: true, ...options });
    },
    [setParams],
  );

  useEffect(() => {
    if (!typed) return undefined;
    const timer = setTimeout(() => {
      const next = changed(readState(new URLSearchParams(address)), typed);
      const names = Object.keys(typed).join();
      const replace = lastTyped.current === `${names}?${address}`;
      lastTyped.current = `${names}?${writeState(next)}`;
      commit(next, { replace });
    }, REST);
    return () => clearTimeout(timer);
  }, [typed, address, commit]);

  function change(what: Partial<LibraryState>, isTyping = false) {
    // It shows before the address has changed, so that no control seems to refuse.
    setTyping({ at: address, what: { ...typed, ...what } });
    if (!isTyping) setParams(writeState(changed(state, what)), { preventScrollReset: true });
  }

  return { state, stored, change, commit };
}

/** The video whose details are open, which is part of the address too. */
export function useOpenVideo() {
  const [params, setParams] = useSearchParams();
  const navigate = useNavigate();
  const location = useLocation();
  const open = params.get(VIDEO_PARAMETER);

  /** The same list with a video's details. */
  function detailsTo(id: string): string {
    const next = new URLSearchParams(params);
    next.set(VIDEO_PARAMETER, id);
    return `?${next}`;
  }

  function close() {
    const state = location.state as { fromList?: boolean } | null;
    // Closing is the way back, unless the details were where the visit began.
    if (state?.fromList) return navigate(-1);
    const next = new URLSearchParams(params);
    next.delete(VIDEO_PARAMETER);
    return setParams(next, { replace: true });
  }

  return { open, detailsTo, close };
}
