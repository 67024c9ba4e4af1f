import type { components } from './schema';

type Schemas = components['schemas'];

/** Body of every error answer. */
export type ErrorBody = Schemas['ErrorBody'];
export type MediaFile = Schemas['MediaFile'];
export type MediaStatus = Schemas['MediaStatus'];
export type Rendition = Schemas['Rendition'];
export type UploadMethod = Schemas['UploadMethod'];
/** What to tell the API about a file to upload. */
export type NewUpload = Schemas['CreateUpload'];
/** How to send it. */
export type UploadPlan = Schemas['Instructions'];
export type CreatedUpload = Schemas['UploadCreated'];
export type CompletedUpload = Schemas['UploadCompleted'];
export type PartUrls = Schemas['PartUrls'];
export type UploadedParts = Schemas['Parts'];
export type RetryAccepted = Schemas['RetryAccepted'];

export type DirectoryType = Schemas['DirectoryType'];
export type Orientation = Schemas['Orientation'];
export type Quality = Schemas['Quality'];
/** A video as lists show it. */
export type VideoSummary = Schemas['VideoSummary'];
/** A video with all that is known of it. */
export type Video = Schemas['Video'];
export type VideoList = Schemas['VideoList'];
/** What people write about a video; an absent field stays. */
export type VideoFields = Schemas['VideoFields'];
export type Validated = Schemas['Validated'];
export type BulkAction = Omit<Schemas['Bulk'], 'ids'>;
export type BulkRequest = Schemas['Bulk'];
export type BulkDone = Schemas['BulkDone'];
export type BulkResult = Schemas['BulkResult'];
export type NewScan = Schemas['ScanRequest'];
export type ScanStarted = Schemas['ScanStarted'];
export type ScanStatus = Schemas['ScanStatus'];
export type DuplicateList = Schemas['DuplicateList'];
export type DuplicateGroup = Schemas['DuplicateGroup'];
export type StorageSummary = Schemas['StorageSummary'];
export type Suggestions = Schemas['Suggestions'];
export type Suggestion = Schemas['Suggestion'];

/** A video as the gallery's lists show it. */
export type PublicVideo = Schemas['PublicVideo'];
/** A video of the gallery with what playing it takes. */
export type PublicDetail = Schemas['PublicVideoDetails'];
export type PublicList = Schemas['GalleryList'];
export type CategoryCount = Schemas['CategoryCount'];
export type Upvoted = Schemas['Upvoted'];
export type ReactionKind = Schemas['ReactionKind'];
export type ReactionType = Schemas['ReactionType'];
export type Reaction = Schemas['ReactionView'];
/** How often people reacted, along the video. */
export type Heatmap = Schemas['Heatmap'];
export type Comment = Schemas['CommentView'];
export type CommentList = Schemas['CommentList'];

export type PlayerEventType = Schemas['EventType'];
/** Something that happened in a player; its id makes telling it twice harmless. */
export type PlayerEvent = Exclude<Schemas['SentEvents'], { events: unknown }>;
export type Heartbeat = Schemas['Heartbeat'];

export type AnalyticsOverview = Schemas['Overview'];
export type TopVideo = Schemas['TopVideo'];
export type TopMetric = 'views' | 'watchTime';
export type VideoAnalytics = Schemas['VideoAnalytics'];
export type DayViews = Schemas['DayViews'];
export type RetentionStep = Schemas['RetentionPart'];
/** Somebody who was signed in. */
export type Viewer = Schemas['SignedViewer'];
export type Recounted = Schemas['Aggregated'];
