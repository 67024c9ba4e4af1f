import { Link } from 'react-router';
import { readStorage } from '../api/library';
import type { StorageSummary } from '../api/types';
import { Totals } from '../layout/totals';
import { usePageTitle } from '../layout/use-page-title';
import { formatBytes } from '../media/format';
import { LibraryHead } from './library-head';
import { ListError } from '../layout/list-error';
import { DIRECTORY_TYPES } from './params';
import { useLoad } from '../api/use-load';
import { formatCount, formatSpan } from '../media/words';
import { DIRECTORY_NAMES } from './words';

/** How much the library holds, directory by directory. */
export function StoragePage() {
  usePageTitle('Storage');
  const { data, error, reload } = useLoad<StorageSummary>('', readStorage);
  return (
    <div className="page library-page">
      <LibraryHead />
      {error && <ListError error={error} stale={data !== null} onRetry={reload} />}
      {(data || !error) && <Summary storage={data} />}
    </div>
  );
}

function Summary({ storage }: { storage: StorageSummary | null }) {
  const most = Math.max(1, ...(storage?.directories.map((each) => each.bytes) ?? []));
  const total = storage?.total;
  return (
    <>
      <Totals
        items={[
          ['Videos', total ? formatCount(total.count) : null],
          ['Size of their files', total ? formatBytes(total.bytes) : null],
          ['Running time', total ? formatSpan(total.durationSeconds) : null],
        ]}
      />
      <table className="storage-table" aria-busy={storage === null}>
        <caption>Valid videos; transcodes are not counted.</caption>
        <thead>
          <tr>
            <th scope="col">Directory</th>
            <th scope="col">Videos</th>
            <th scope="col">Running time</th>
            <th scope="col">Size</th>
            <th scope="col" className="cell-share">
              <span className="visually-hidden">Share of the largest</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {DIRECTORY_TYPES.map((type) => {
            const sums = storage?.directories.find((each) => each.directoryType === type);
            const share = ((sums?.bytes ?? 0) / most) * 100;
            return (
              <tr key={type} data-empty={sums?.count === 0 || undefined}>
                <th scope="row">
                  <Link to={`/library?directoryType=${type}`}>{DIRECTORY_NAMES[type]}</Link>
                </th>
                <td>{sums ? formatCount(sums.count) : <span className="skeleton" />}</td>
                <td>{sums && formatSpan(sums.durationSeconds)}</td>
                <td>{sums && formatBytes(sums.bytes)}</td>
                <td className="cell-share">
                  <span className="share" style={{ inlineSize: `${share}%` }} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}
