import { useState } from 'react';
import type { Heatmap } from '../api/types';
import { readHeatmap } from '../api/talk';
import { useLoad } from '../api/use-load';

/** Fewer reactions make no hills: one of them would be the highest. */
const ENOUGH = 3;

export interface Heat {
  /** By reaction type. */
  totals: Readonly<Record<string, number>>;
  /** How much people reacted along the video, each between 0 and 1; nothing where they hardly did. */
  values: readonly number[] | undefined;
  /** Adds one that was just made, or takes it away. */
  add: (type: string, seconds: number, count: 1 | -1) => void;
}

/** Where people reacted to a video. */
export function useHeat(id: string): Heat {
  const { data } = useLoad<Heatmap>(id, (api, signal) => readHeatmap(api, id, signal));
  const [own, setOwn] = useState<{ type: string; seconds: number; count: number }[]>([]);
  const totals: Record<string, number> = { ...data?.totals };
  for (const { type, count } of own) totals[type] = (totals[type] ?? 0) + count;
  return {
    totals,
    values: data ? heightsOf(data, own) : undefined,
    add: (type, seconds, count) => setOwn((old) => [...old, { type, seconds, count }]),
  };
}

function heightsOf(
  { buckets }: Heatmap,
  own: readonly { seconds: number; count: number }[],
): number[] | undefined {
  const counts = buckets.map(({ fromSeconds, toSeconds, total }, at) => {
    const last = at === buckets.length - 1;
    const here = own.filter(
      ({ seconds }) => seconds >= fromSeconds && (last || seconds < toSeconds),
    );
    return here.reduce((sum, { count }) => sum + count, total);
  });
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all < ENOUGH) return undefined;
  const hills = smoothed(smoothed(counts));
  const most = Math.max(...hills);
  return hills.map((height) => Math.max(0, height) / most);
}

/** Each value with some of its neighbours: a moment is a little wider than a bucket. */
function smoothed(values: readonly number[]): number[] {
  return values.map((value, at) => {
    const before = values[at - 1] ?? value;
    const after = values[at + 1] ?? value;
    return (before + 2 * value + after) / 4;
  });
}
