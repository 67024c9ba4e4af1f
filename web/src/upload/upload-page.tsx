import { useEffect, useSyncExternalStore } from 'react';
import { useSearchParams } from 'react-router';
import { useUploads } from '../app-context';
import { usePageTitle } from '../layout/use-page-title';
import type { UploadMethod } from '../api/types';
import { formatBytes } from '../media/format';
import { DropZone } from './drop-zone';
import type { UploadItem } from './item';
import { StagedCard } from './staged-card';
import { UploadCard } from './upload-card';
import './upload.css';

export function UploadPage() {
  const uploads = useUploads();
  const { items, announcement } = useSyncExternalStore(uploads.subscribe, uploads.snapshot);
  const [search] = useSearchParams();
  const method = methodOf(search.get('method'));
  usePageTitle('Upload');

  useEffect(() => {
    uploads.setMethod(method);
  }, [uploads, method]);

  const staged = items.filter((item) => item.phase === 'staged');
  const started = items.filter((item) => item.phase !== 'staged');
  return (
    <div className="page upload-page">
      <header className="page-head">
        <h1>Upload video</h1>
        <p>
          Each file is checked, transcoded for every screen and ready to stream here. Large files
          can be paused, and go on after a lost connection or a closed page.
        </p>
      </header>
      <DropZone onFiles={(files) => uploads.add(files)} compact={items.length > 0} />
      {staged.length > 0 && <Staged items={staged} />}
      {started.length > 0 && (
        <section aria-labelledby="uploads-heading">
          <h2 id="uploads-heading">Uploads</h2>
          <ul className="cards">
            {started.map((item) => (
              <UploadCard key={item.key} item={item} />
            ))}
          </ul>
        </section>
      )}
      <p className="visually-hidden" role="status" aria-live="polite">
        {announcement}
      </p>
    </div>
  );
}

function Staged({ items }: { items: UploadItem[] }) {
  const uploads = useUploads();
  const total = items.reduce((sum, item) => sum + item.size, 0);
  const files = items.length === 1 ? '1 file' : `${items.length} files`;
  return (
    <section aria-labelledby="staged-heading">
      <div className="section-head">
        <h2 id="staged-heading">Ready to upload</h2>
        <button className="button" type="button" onClick={() => uploads.startAll()}>
          Upload {files}
          <span className="button-note">{formatBytes(total)}</span>
        </button>
      </div>
      <ul className="cards">
        {items.map((item) => (
          <StagedCard key={item.key} item={item} />
        ))}
      </ul>
    </section>
  );
}

/** `?method=multipart` sends even a small file in parts. */
function methodOf(value: string | null): UploadMethod | undefined {
  const method = value?.toUpperCase();
  return method === 'PUT' || method === 'POST' || method === 'MULTIPART' ? method : undefined;
}
