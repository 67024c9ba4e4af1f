import { useUploads } from '../app-context';
import { Icon } from '../layout/icon';
import { formatBytes } from '../media/format';
import type { Details, UploadItem } from './item';
import { Thumbnail } from './thumbnail';

const FIELDS: { name: keyof Details; label: string; hint?: string }[] = [
  { name: 'title', label: 'Title' },
  { name: 'producer', label: 'Producer' },
  { name: 'creator', label: 'Creator' },
  { name: 'tags', label: 'Tags', hint: 'separated by commas' },
];

/** A chosen file that waits for its start, and what may be said about it. */
export function StagedCard({ item }: { item: UploadItem }) {
  const uploads = useUploads();
  return (
    <li className="card" data-phase="staged">
      <Thumbnail item={item} />
      <div className="card-body">
        <p className="card-name">{item.name}</p>
        <p className="card-note">{formatBytes(item.size)}</p>
        {item.message && (
          <p className="card-problem" role="alert">
            {item.message}
          </p>
        )}
      </div>
      <div className="card-actions">
        <button
          className="icon-button"
          type="button"
          onClick={() => uploads.remove(item.key)}
          aria-label={`Remove ${item.name}`}
        >
          <Icon name="close" />
        </button>
      </div>
      <details className="card-details">
        <summary>
          Details <span className="optional">optional</span>
        </summary>
        <div className="fields">
          {FIELDS.map(({ name, label, hint }) => (
            <label className="field" key={name}>
              <span>
                {label} {hint && <span className="optional">{hint}</span>}
              </span>
              <input
                type="text"
                maxLength={500}
                autoComplete="off"
                value={item.details[name]}
                onChange={(event) => uploads.setDetails(item.key, { [name]: event.target.value })}
              />
            </label>
          ))}
        </div>
      </details>
    </li>
  );
}
