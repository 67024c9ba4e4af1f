import type { ApiClient } from '../api/client';
import type { Session } from '../auth/session';
import { adminRole } from '../auth/session';
import { UploadMemory } from './memory';
import type { UploadQueue } from './queue';

/**
 * The page's uploads, loaded when somebody is there who may upload: who only watches does without that code. What an
 * earlier visit left under way is asked for at once.
 */
export function startUploads(api: ApiClient, session: Session): () => Promise<UploadQueue> {
  let queue: Promise<UploadQueue> | null = null;
  let loaded: UploadQueue | null = null;
  const load = () => {
    queue ??= import('./queue').then(({ UploadQueue: Queue }) => {
      loaded = new Queue(api, new UploadMemory(localStorage));
      return loaded;
    });
    return queue;
  };

  const stopWaiting = session.subscribe(() => {
    const state = session.snapshot();
    if (state.status !== 'signed-in' || !adminRole(state.role)) return;
    stopWaiting();
    void load().then((uploads) => uploads.restore());
  });
  window.addEventListener('beforeunload', (event) => {
    if (loaded?.busy()) event.preventDefault();
  });
  return load;
}
