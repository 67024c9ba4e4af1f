import { startTransition, useOptimistic, useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { readAnalytics, readViewers } from '../api/analytics';
import type { Video, VideoAnalytics, Viewer } from '../api/types';
import { readVideo } from '../api/library';
import { useLoad } from '../api/use-load';
import { Icon } from '../layout/icon';
import { ListError } from '../layout/list-error';
import { Toast, type Message } from '../layout/toast';
import { Totals } from '../layout/totals';
import { usePageTitle } from '../layout/use-page-title';
import { formatCount, formatDay, formatSpan, nameOf } from '../media/words';
import { BarList } from './bar-list';
import { Table } from './chart';
import { DayChart, RetentionChart } from './charts';
import { RangePicker } from './range-picker';
import { queryOf, readRange, writeRange } from './range';
import { AnalyticsTools } from './tools';

/** How one video does. */
export function VideoAnalyticsPage() {
  const { id = '' } = useParams();
  return <OneVideo key={id} id={id} />;
}

function OneVideo({ id }: { id: string }) {
  const [params, setParams] = useSearchParams();
  const range = readRange(params);
  // What is chosen shows before the address has changed, so that no control seems to refuse.
  const [shown, show] = useOptimistic(range);
  const query = queryOf(range);
  const { data, error, loading, reload } = useLoad<VideoAnalytics>(
    `${id}?${query}`,
    (api, signal) => readAnalytics(api, id, query, signal),
  );
  const viewers = useLoad<Viewer[]>(`${id}?${query}`, (api, signal) =>
    readViewers(api, id, query, signal),
  );
  const [message, setMessage] = useState<Message | null>(null);
  const video = useLoad<Video>(id, async (api, signal) => (await readVideo(api, id, signal)).video);
  const title = data ? data.title || (video.data ? nameOf(video.data) : 'Video') : 'Analytics';
  usePageTitle(`${title} · Analytics`);

  function reloadAll() {
    reload();
    viewers.reload();
  }

  return (
    <div className="page analytics-page">
      <header className="analytics-head">
        <div>
          <p className="crumb">
            <Link to="/analytics">Analytics</Link>
          </p>
          <h1>{title}</h1>
        </div>
        <p className="row">
          {video.data?.published && !video.data.locked && (
            <Link className="quiet-button" to={`/v/${id}`}>
              <Icon name="play" filled />
              Watch
            </Link>
          )}
          <Link className="quiet-button" to={`/library?${new URLSearchParams({ video: id })}`}>
            <Icon name="pencil" />
            Edit
          </Link>
        </p>
      </header>
      <RangePicker
        range={shown}
        onChange={(next) =>
          startTransition(() => {
            show(next);
            setParams(writeRange(next), { preventScrollReset: true });
          })
        }
      />
      {error && <ListError error={error} stale={data !== null} onRetry={reloadAll} />}
      {(data || !error) && (
        <div className="analytics-body" aria-busy={loading || undefined}>
          <Figures analytics={data} viewers={viewers.data} />
        </div>
      )}
      <AnalyticsTools
        id={id}
        name={title}
        query={query}
        range={range}
        onMessage={setMessage}
        onChanged={reloadAll}
      />
      <Toast message={message} onGone={() => setMessage(null)} />
    </div>
  );
}

interface FiguresProps {
  analytics: VideoAnalytics | null;
  viewers: readonly Viewer[] | null;
}

function Figures({ analytics, viewers }: FiguresProps) {
  return (
    <>
      <Totals
        items={[
          ['Views', analytics && formatCount(analytics.totalViews)],
          ['Unique viewers', analytics && formatCount(analytics.uniqueViewers)],
          ['Watch time', analytics && formatSpan(analytics.totalWatchTimeSeconds)],
          ['Watched per view', analytics && formatSpan(analytics.averageWatchTimeSeconds)],
          ['To the end', analytics && `${Math.round(analytics.completionRate)} %`],
        ]}
      />
      {!analytics && <div className="panel chart skeleton" />}
      {analytics && (
        <>
          <Notes analytics={analytics} />
          <div className="panels">
            <DayChart days={analytics.viewsByDay} />
            {analytics.retention.length > 0 && <RetentionChart steps={analytics.retention} />}
            <BarList
              title="Where they come from"
              none="Nobody has come yet."
              items={analytics.referrers.map(({ referer, views }) => ({
                name: sourceName(referer),
                count: views,
              }))}
            />
            <BarList
              title="Devices"
              none="Nobody has come yet."
              items={analytics.devices.map(({ device, views }) => ({
                name: DEVICE_NAMES[device] ?? device,
                count: views,
              }))}
            />
            <Quality quality={analytics.quality} />
            <Viewers viewers={viewers} />
          </div>
        </>
      )}
    </>
  );
}

/** What the figures leave out. */
function Notes({ analytics }: { analytics: VideoAnalytics }) {
  const { sampled, rawSince, viewsByDay } = analytics;
  const first = viewsByDay[0]?.date;
  const older = rawSince && first && first < rawSince.slice(0, 10);
  if (!sampled && !older) return null;
  return (
    <ul className="analytics-notes">
      {older && (
        <li>
          Single views are kept since {formatDay(rawSince)}. Days before that count in views and
          watch time; unique viewers, retention, referrers and devices are of the days since.
        </li>
      )}
      {sampled && (
        <li>
          There are so many views that {sampled.partitions} of {sampled.of} parts of them were read.
          Views and watch time are exact, the rest is worked out from those parts.
        </li>
      )}
    </ul>
  );
}

function Quality({ quality }: { quality: VideoAnalytics['quality'] }) {
  const { startupMillisMedian, startupMillisAverage, rebufferCount, rebufferSeconds } = quality;
  const facts = [
    ['First picture, median', secondsOf(startupMillisMedian)],
    ['First picture, average', secondsOf(startupMillisAverage)],
    ['Stalls', formatCount(rebufferCount)],
    ['Time in stalls', `${rebufferSeconds.toFixed(1)} s`],
    ['Share of the time', `${((quality.rebufferRatio ?? 0) * 100).toFixed(2)} %`],
  ] as const;
  return (
    <section className="panel" aria-label="How well it plays">
      <h2>How well it plays</h2>
      <dl className="facts-list">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function secondsOf(millis: number | null | undefined): string {
  return millis == null ? '–' : `${(millis / 1000).toFixed(2)} s`;
}

function Viewers({ viewers }: { viewers: readonly Viewer[] | null }) {
  return (
    <section className="panel" aria-label="Signed-in viewers">
      <h2>Signed-in viewers</h2>
      {viewers === null && <span className="skeleton" />}
      {viewers?.length === 0 && <p className="panel-none">No signed-in viewer in these days.</p>}
      {viewers && viewers.length > 0 && (
        <Table
          title="Signed-in viewers"
          columns={['Viewer', 'Views', 'Watched', 'To the end', 'Last']}
          rows={viewers.map((viewer) => [
            viewer.userId,
            formatCount(viewer.views),
            formatSpan(viewer.watchTimeSeconds),
            viewer.completed ? 'Yes' : 'No',
            formatDay(viewer.lastViewedAt),
          ])}
        />
      )}
    </section>
  );
}

const DEVICE_NAMES: Record<string, string> = {
  desktop: 'Computer',
  mobile: 'Phone',
  tablet: 'Tablet',
  tv: 'Television',
  bot: 'Bot',
  unknown: 'Not known',
};

function sourceName(referer: string | null): string {
  if (!referer || referer === '(direct)') return 'Directly';
  if (referer === '(other)') return 'Elsewhere';
  return referer === window.location.host || referer === window.location.hostname
    ? 'This site'
    : referer;
}
