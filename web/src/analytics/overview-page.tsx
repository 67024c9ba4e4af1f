import { startTransition, useOptimistic } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useApi } from '../app-context';
import { readOverview, readTop } from '../api/analytics';
import type { AnalyticsOverview, TopMetric, TopVideo } from '../api/types';
import { useLoad } from '../api/use-load';
import { Segments } from '../layout/choice';
import { Icon } from '../layout/icon';
import { ListError } from '../layout/list-error';
import { Totals } from '../layout/totals';
import { usePageTitle } from '../layout/use-page-title';
import { formatCount, formatSpan, nameOf } from '../media/words';
import { BarList } from './bar-list';

const METRICS: readonly (readonly [TopMetric, string])[] = [
  ['views', 'Views'],
  ['watchTime', 'Watch time'],
];

/** How the whole gallery does. */
export function OverviewPage() {
  usePageTitle('Analytics');
  const { data, error, reload } = useLoad<AnalyticsOverview>('', readOverview);
  const [params, setParams] = useSearchParams();
  const metric: TopMetric = params.get('by') === 'watchTime' ? 'watchTime' : 'views';
  const [shown, show] = useOptimistic(metric);
  const top = useLoad<TopVideo[]>(metric, (api, signal) => readTop(api, metric, signal));
  return (
    <div className="page analytics-page">
      <header className="analytics-head">
        <h1>Analytics</h1>
      </header>
      {error && <ListError error={error} stale={data !== null} onRetry={reload} />}
      {(data || !error) && <OverviewTotals overview={data} />}
      <section className="panel" aria-labelledby="top-heading">
        <div className="panel-head">
          <h2 id="top-heading">Top videos</h2>
          <Segments
            label="Order by"
            value={shown}
            options={METRICS}
            onChange={(next) =>
              startTransition(() => {
                show(next);
                setParams(next === 'views' ? {} : { by: next }, { replace: true });
              })
            }
          />
        </div>
        {top.error ? (
          <ListError error={top.error} stale={top.data !== null} onRetry={top.reload} />
        ) : (
          <TopTable videos={top.data} metric={metric} busy={top.loading} />
        )}
      </section>
      {data && data.topCategories.length > 0 && (
        <BarList
          title="Top categories"
          none=""
          items={data.topCategories.map((each) => ({
            name: each.category,
            count: each.views ?? each.count ?? 0,
          }))}
        />
      )}
    </div>
  );
}

function OverviewTotals({ overview }: { overview: AnalyticsOverview | null }) {
  const value = (show: (known: AnalyticsOverview) => string) => (overview ? show(overview) : null);
  return (
    <Totals
      items={[
        ['Views', value((known) => formatCount(known.totalViews))],
        ['Watch time', value((known) => formatSpan(known.totalWatchTimeSeconds))],
        ['Watched per view', value((known) => formatSpan(known.averageWatchTimeSeconds))],
        ['To the end', value((known) => `${Math.round(known.completionRate)} %`)],
        ['Upvotes', value((known) => formatCount(known.totalUpvotes))],
        ['Comments', value((known) => formatCount(known.totalComments))],
        ['Published', value((known) => publishedOf(known))],
      ]}
    />
  );
}

function publishedOf({ publishedVideos, totalVideos }: AnalyticsOverview): string {
  return `${formatCount(publishedVideos)} of ${formatCount(totalVideos)}`;
}

interface TopTableProps {
  videos: readonly TopVideo[] | null;
  metric: TopMetric;
  busy: boolean;
}

function TopTable({ videos, metric, busy }: TopTableProps) {
  if (videos?.length === 0) {
    return <p className="panel-none">Nobody has watched anything yet.</p>;
  }
  const amount = (video: TopVideo) => (metric === 'views' ? video.views : video.watchTimeSeconds);
  const most = Math.max(1, ...(videos ?? []).map(amount));
  return (
    <table className="top-table" aria-busy={busy || undefined}>
      <thead>
        <tr>
          <th scope="col">Video</th>
          <th scope="col">Views</th>
          <th scope="col">Watch time</th>
          <th scope="col" className="top-upvotes">
            Upvotes
          </th>
        </tr>
      </thead>
      <tbody>
        {(videos ?? Array.from({ length: 5 }, () => null)).map((video, at) =>
          video ? (
            <tr key={video.id}>
              <th scope="row">
                <span className="top-video">
                  <TopPicture video={video} />
                  <span>
                    <Link to={`/analytics/${video.id}`}>{nameOf(video)}</Link>
                    <span
                      className="top-bar"
                      style={{ inlineSize: `${(amount(video) / most) * 100}%` }}
                      aria-hidden="true"
                    />
                  </span>
                </span>
              </th>
              <td>{formatCount(video.views)}</td>
              <td>{formatSpan(video.watchTimeSeconds)}</td>
              <td className="top-upvotes">{formatCount(video.upvotes)}</td>
            </tr>
          ) : (
            // oxlint-disable-next-line react/no-array-index-key -- They are all the same.
            <tr key={at}>
              <th scope="row">
                <span className="skeleton" />
              </th>
              <td colSpan={3} />
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}

function TopPicture({ video }: { video: TopVideo }) {
  const api = useApi();
  return (
    <span className="top-picture">
      {video.thumbnailPath ? (
        <img src={api.absolute(video.thumbnailPath)} alt="" loading="lazy" />
      ) : (
        <Icon name="film" />
      )}
    </span>
  );
}
