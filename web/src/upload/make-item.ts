import type { NewUpload, UploadMethod } from '../api/types';
import { NO_DETAILS, type UploadItem } from './item';
import type { UploadRecord } from './memory';
import { declaredType, parseTags } from './rules';

/** A file just chosen; `message` says why it is refused. */
export function newItem(file: { name: string; size: number }, message: string | null): UploadItem {
  return {
    key: crypto.randomUUID(),
    name: file.name,
    size: file.size,
    phase: message ? 'refused' : 'staged',
    details: NO_DETAILS,
    mediaFileId: null,
    method: null,
    sent: 0,
    speed: 0,
    file: null,
    message,
    trouble: null,
  };
}

/** An upload of an earlier visit. */
export function restoredItem(record: UploadRecord, arrived: boolean): UploadItem {
  const { key, draft, mediaFileId } = record;
  return {
    ...newItem({ name: draft.filename, size: draft.size }, null),
    key,
    phase: arrived ? 'arrived' : 'interrupted',
    mediaFileId,
    sent: arrived ? draft.size : 0,
  };
}

/** What to tell the API about a file. */
export function draftOf(item: UploadItem, data: File, method: UploadMethod | undefined): NewUpload {
  const { title, producer, creator, tags } = item.details;
  const list = parseTags(tags);
  return {
    filename: data.name,
    size: data.size,
    contentType: declaredType(data),
    ...(method && { method }),
    ...(title.trim() && { title: title.trim() }),
    ...(producer.trim() && { producer: producer.trim() }),
    ...(creator.trim() && { creator: creator.trim() }),
    ...(list.length > 0 && { tags: list }),
  };
}
