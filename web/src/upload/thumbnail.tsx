import type { UploadItem } from './item';

/** The poster of a finished video, with the animated preview under the pointer; its format until then. */
export function Thumbnail({ item }: { item: UploadItem }) {
  const { file } = item;
  if (file?.status === 'READY' && file.posterUrl) {
    return (
      <div className="thumbnail">
        <img src={file.posterUrl} alt="" />
        {file.previewUrl && <img className="preview" src={file.previewUrl} alt="" loading="lazy" />}
      </div>
    );
  }
  const extension = /\.([^.]{1,5})$/.exec(item.name)?.[1] ?? 'file';
  return (
    <div className="thumbnail" aria-hidden="true">
      <span className="thumbnail-format">{extension}</span>
    </div>
  );
}
