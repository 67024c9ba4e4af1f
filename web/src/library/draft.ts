import type { DirectoryType, Video, VideoFields } from '../api/types';

/** What the form has of a video. */
export interface Fields {
  title: string;
  producer: string;
  creator: string;
  tags: string[];
  directoryType: DirectoryType;
}

/** What was written into the form, field by field; the rest shows the video. */
export type Draft = Partial<Fields>;

export function fieldsOf(video: Video): Fields {
  return {
    title: video.title ?? '',
    producer: video.producer ?? '',
    creator: video.creator ?? '',
    tags: video.tags,
    directoryType: video.directoryType,
  };
}

/** What to send: only fields that differ, so that a change never takes back somebody else's of another field. */
export function changesOf(video: Video, draft: Draft): VideoFields {
  const now = fieldsOf(video);
  const changes: VideoFields = {};
  for (const name of ['title', 'producer', 'creator'] as const) {
    const text = draft[name]?.trim();
    if (text !== undefined && text !== now[name]) changes[name] = text || null;
  }
  if (draft.tags && draft.tags.join('\n') !== now.tags.join('\n')) changes.tags = draft.tags;
  if (draft.directoryType && draft.directoryType !== now.directoryType) {
    changes.directoryType = draft.directoryType;
  }
  return changes;
}

export function hasChanges(video: Video, draft: Draft): boolean {
  return Object.keys(changesOf(video, draft)).length > 0;
}

const NAMES: Record<keyof Fields, string> = {
  title: 'Title',
  producer: 'Producer',
  creator: 'Creator',
  tags: 'Tags',
  directoryType: 'Directory',
};

/** What somebody else changed, in words: one entry a field. */
export function changesBetween(before: Video, after: Video): { name: string; value: string }[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  return (Object.keys(NAMES) as (keyof Fields)[])
    .filter((field) => String(old[field]) !== String(now[field]))
    .map((field) => {
      const value = now[field];
      return { name: NAMES[field], value: Array.isArray(value) ? value.join(', ') : value };
    });
}

/** Adds what was typed to the tags: commas part several, repetitions in any case are dropped. */
export function addTags(tags: readonly string[], text: string): string[] {
  const result = [...tags];
  for (const tag of text.split(',').map((part) => part.trim().replaceAll(/\s+/g, ' '))) {
    const known = result.some((each) => each.toLowerCase() === tag.toLowerCase());
    if (tag && !known) result.push(tag);
  }
  return result;
}
