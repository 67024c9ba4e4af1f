import type { DayViews, RetentionStep } from '../api/types';
import { formatClock } from '../media/format';
import { formatCount, formatSpan } from '../media/words';
import { Chart } from './chart';
import { ticksOf } from './scale';

const DAY_FORMAT = new Intl.DateTimeFormat('en', {
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
});

/** `Nov 21` */
function dayName(date: string): string {
  return DAY_FORMAT.format(new Date(`${date}T00:00:00Z`));
}

/** Views of each day as bars. */
export function DayChart({ days }: { days: readonly DayViews[] }) {
  const values = days.map(({ views }) => views);
  const total = values.reduce((sum, views) => sum + views, 0);
  return (
    <Chart
      title="Views per day"
      summary={`${formatCount(total)} views in ${formatCount(days.length)} days`}
      shape="bars"
      values={values}
      ticks={ticksOf(Math.max(0, ...values))}
      tickName={formatCount}
      labels={days.map(({ date }) => dayName(date))}
      tips={days.map((day) => [
        dayName(day.date),
        `${formatCount(day.views)} views`,
        `${formatSpan(day.watchTimeSeconds)} watched`,
      ])}
      columns={['Day', 'Views', 'Watched', 'To the end']}
      rows={days.map((day) => [
        day.date,
        formatCount(day.views),
        formatSpan(day.watchTimeSeconds),
        formatCount(day.completedViews),
      ])}
    />
  );
}

const PERCENT = [0, 25, 50, 75, 100];

/** Which part of the viewers sees each part of the video. */
export function RetentionChart({ steps }: { steps: readonly RetentionStep[] }) {
  return (
    <Chart
      title="Retention"
      summary={`${shareOf(steps.at(-1))} of the views reach the end`}
      shape="area"
      values={steps.map((step) => step.share)}
      ticks={PERCENT}
      tickName={percent}
      labels={steps.map((step) => formatClock(step.fromSeconds))}
      tips={steps.map((step) => [
        partOf(step),
        `${shareOf(step)} watch this`,
        `${formatCount(step.views)} views`,
      ])}
      columns={['Part', 'Views', 'Share']}
      rows={steps.map((step) => [partOf(step), formatCount(step.views), shareOf(step)])}
    />
  );
}

function percent(tick: number): string {
  return `${tick} %`;
}

function partOf({ fromSeconds, toSeconds }: RetentionStep): string {
  return `${formatClock(fromSeconds)} – ${formatClock(toSeconds)}`;
}

function shareOf(step: RetentionStep | undefined): string {
  return percent(Math.round(step?.share ?? 0));
}
