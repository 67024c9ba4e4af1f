import type { components } from './schema';

type Schemas = components['schemas'];
type Orientation = Schemas['Orientation'];
type Quality = Schemas['Quality'];

/** A video as the gallery's lists show it. */
export interface PublicVideo {
  id: string;
  title?: string | null;
  filename: string;
  category?: string | null;
  producer?: string | null;
  creator?: string | null;
  tags: string[];
  durationSeconds?: number | null;
  quality?: Quality | null;
  orientation?: Orientation | null;
  /** Leads to a signed picture. */
  thumbnailPath?: string | null;
  viewCount: number;
  upvoteCount: number;
  commentCount: number;
  publishedAt?: string | null;
  createdAt: string;
}

/** A video of the gallery with what playing it takes. */
export interface PublicDetail extends PublicVideo {
  width?: number | null;
  height?: number | null;
  fileSize?: number | null;
  hasAudio: boolean;
  finishCount: number;
  /** Seconds. */
  totalWatchTime: number;
  /** The view that reading this has opened. */
  viewId: string;
  manifestUrl?: string | null;
  storyboardUrl?: string | null;
  /** Null without a session. */
  upvoted?: boolean | null;
}

export interface PublicList {
  videos: PublicVideo[];
  pagination: {
    total: number;
    limit: number;
    offset: number;
    hasMore: boolean;
    nextCursor?: string | null;
  };
}

export interface CategoryCount {
  category: string;
  count: number;
}

export interface Upvoted {
  upvoted: boolean;
  upvoteCount: number;
}

export interface ReactionKind {
  type: string;
  emoji: string;
  label: string;
}

export interface Reaction {
  id: string;
  mediaId: string;
  userId: string;
  reactionType: string;
  /** Seconds from the video's beginning. */
  videoTimestamp: number;
  emoji: string;
  formattedTime: string;
  createdAt: string;
}

/** How often people reacted, along the video. */
export interface Heatmap {
  durationSeconds: number;
  bucketSeconds: number;
  buckets: { fromSeconds: number; toSeconds: number; total: number }[];
  /** By reaction type. */
  totals: Record<string, number>;
}

export interface Comment {
  id: string;
  mediaId: string;
  content: string;
  authorName: string | null;
  userId: string | null;
  hidden: boolean;
  edited: boolean;
  createdAt: string;
  updatedAt: string;
  /** Whether whoever asks wrote it. */
  own: boolean;
}

export interface CommentList {
  comments: Comment[];
  total: number;
  nextCursor?: string | null;
}

export type PlayerEventType = 'play' | 'pause' | 'seek' | 'complete' | 'startup' | 'rebuffer';

/** Something that happened in a player. */
export interface PlayerEvent {
  videoId: string;
  viewId?: string;
  eventType: PlayerEventType;
  /** Seconds from the video's beginning. */
  timestamp: number;
  /** A UUIDv7, which makes repeating harmless. */
  eventId: string;
  durationMillis?: number;
}

export interface Heartbeat {
  viewId: string;
  watchTimeSeconds: number;
  /** Seconds from the video's beginning. */
  position?: number;
}

export interface DayViews {
  /** `2026-11-21` */
  date: string;
  views: number;
  watchTimeSeconds: number;
  completedViews: number;
}

export interface RetentionStep {
  fromSeconds: number;
  toSeconds: number;
  views: number;
  /** Percent of the views that the curve is made of. */
  share: number;
}

export interface VideoAnalytics {
  videoId: string;
  title?: string | null;
  startDate: string;
  endDate: string;
  timezone: string;
  totalViews: number;
  uniqueViewers: number;
  totalWatchTimeSeconds: number;
  averageWatchTimeSeconds: number;
  completedViews: number;
  /** Percent. */
  completionRate: number;
  viewsByDay: DayViews[];
  retention: RetentionStep[];
  referrers: { referer: string | null; views: number }[];
  devices: { device: string; views: number }[];
  quality: {
    startupMillisAverage: number | null;
    startupMillisMedian: number | null;
    rebufferCount: number;
    rebufferSeconds: number;
    rebufferRatio: number | null;
  };
  /** Since when single views are known; older days are sums only. */
  rawSince?: string | null;
  /** Which part of the views was read, where there were too many. */
  sampled?: { partitions: number; of: number } | null;
}

export interface Viewer {
  userId: string;
  views: number;
  watchTimeSeconds: number;
  completed: boolean;
  lastViewedAt: string;
}

export type TopMetric = 'views' | 'watchTime';

export interface TopVideo {
  id: string;
  title?: string | null;
  filename: string;
  views: number;
  watchTimeSeconds: number;
  upvotes: number;
  thumbnailPath?: string | null;
}

export interface AnalyticsOverview {
  totalVideos: number;
  publishedVideos: number;
  totalViews: number;
  totalWatchTimeSeconds: number;
  averageWatchTimeSeconds: number;
  totalUpvotes: number;
  totalComments: number;
  totalCompletions: number;
  /** Percent. */
  completionRate: number;
  topVideos: TopVideo[];
  topCategories: { category: string; views?: number; count?: number; videos?: number }[];
}

export interface Recounted {
  uniqueViewers: number;
  totalWatchTimeSeconds: number;
  averageWatchTimeSeconds: number;
  completionRate: number;
  /** Counters that were wrong. */
  drift: unknown[];
}
