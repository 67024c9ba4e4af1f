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
