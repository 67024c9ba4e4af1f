import { useEffect, useState } from 'react';
import { parseStoryboard, type StoryboardCue } from './storyboard';

/** The stills for the seek bar; none while they load and when they cannot be had. */
export function useStoryboard(url: string | null): readonly StoryboardCue[] {
  const [cues, setCues] = useState<readonly StoryboardCue[]>([]);

  useEffect(() => {
    if (!url) return undefined;
    const stop = new AbortController();
    fetch(url, { signal: stop.signal })
      .then(async (response) => {
        const text = response.ok ? await response.text() : '';
        const found = parseStoryboard(text, url);
        setCues(found);
        // Have the first sprite at hand before the pointer asks for it.
        if (found[0]) new Image().src = found[0].image;
      })
      .catch(() => {});
    return () => stop.abort();
  }, [url]);

  return cues;
}
