import type { VideoSummary } from '../api/types';
import type { MenuAction } from '../layout/action-menu';

/** What needs a dialog first. */
export type Question = 'delete' | 'remove' | 'lock' | 'edit' | 'validate' | 'publish' | 'unpublish';
/** What is done at once. */
export type Deed = 'restore' | 'unlock';

/** What can be done with videos, in rows, in the drawer and in bulk. */
export interface LibraryActions {
  ask: (question: Question, videos: readonly VideoSummary[]) => void;
  act: (deed: Deed, videos: readonly VideoSummary[]) => void;
}

interface MenuOptions {
  video: VideoSummary;
  /** Of the details, which lists do not have. */
  mediaFileId: string | null | undefined;
  deleted: boolean;
  actions: LibraryActions;
}

/** The actions that make sense for one video, edit excluded. */
export function menuOf({ video, mediaFileId, deleted, actions }: MenuOptions): MenuAction[] {
  const { ask, act } = actions;
  const menu: MenuAction[] = [];
  if (mediaFileId) menu.push({ label: 'Play', icon: 'play', to: `/watch/${mediaFileId}` });
  if (video.published) {
    if (!video.locked) menu.push({ label: 'See it public', icon: 'globe', to: `/v/${video.id}` });
    menu.push({ label: 'Analytics', icon: 'chart', to: `/analytics/${video.id}` });
    menu.push({ label: 'Category…', icon: 'tag', run: () => ask('publish', [video]) });
    menu.push({ label: 'Unpublish…', icon: 'hidden', run: () => ask('unpublish', [video]) });
  } else if (publishable(video)) {
    menu.push({ label: 'Publish…', icon: 'globe', run: () => ask('publish', [video]) });
  }
  menu.push({ label: 'Validate', icon: 'validate', run: () => ask('validate', [video]) });
  if (video.locked)
    menu.push({ label: 'Unlock', icon: 'unlock', run: () => act('unlock', [video]) });
  else menu.push({ label: 'Lock…', icon: 'lock', run: () => ask('lock', [video]) });
  if (deleted) menu.push({ label: 'Restore', icon: 'restore', run: () => act('restore', [video]) });
  else
    menu.push({ label: 'Delete…', icon: 'trash', run: () => ask('delete', [video]), danger: true });
  if (!video.isValid) {
    const run = () => ask('remove', [video]);
    menu.push({ label: 'Delete permanently…', icon: 'trash', run, danger: true });
  }
  return menu;
}

/** Whether it may be published: from the inbox, it has to move out first. Nothing leaves Private by the way. */
export function publishable({ isValid, directoryType }: VideoSummary): boolean {
  return isValid && directoryType !== 'private';
}
