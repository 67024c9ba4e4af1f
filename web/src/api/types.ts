/** Body of every error answer. */
export interface ErrorBody {
  error: string;
  code: string;
  requestId: string;
  fields?: Record<string, string>;
}

export type MediaStatus = 'AWAITING_UPLOAD' | 'UPLOADED' | 'PROCESSING' | 'READY' | 'FAILED';

export type UploadMethod = 'PUT' | 'POST' | 'MULTIPART';

export interface NewUpload {
  filename: string;
  size: number;
  contentType: string;
  method?: UploadMethod;
  title?: string;
  producer?: string;
  creator?: string;
  tags?: string[];
}

export type UploadPlan =
  | { method: 'PUT'; url: string; headers: Record<string, string>; expiresAt: string }
  | { method: 'POST'; url: string; fields: Record<string, string>; expiresAt: string }
  | { method: 'MULTIPART'; uploadId: string; partSize: number; partCount: number };

export interface CreatedUpload {
  mediaFileId: string;
  status: MediaStatus;
  statusUrl: string;
  /** Null when the file has arrived already. */
  upload: UploadPlan | null;
}

export interface PartUrls {
  parts: { partNumber: number; url: string }[];
  expiresAt: string;
}

export interface UploadedParts {
  parts: { partNumber: number; size: number; eTag: string }[];
  next: number | null;
}

export interface CompletedUpload {
  mediaFileId: string;
  status: MediaStatus;
}

export interface Rendition {
  name: string;
  width: number;
  height: number;
  bandwidth: number;
  averageBandwidth: number;
  codecs: string;
  frameRate: number;
  copied: boolean;
}

export interface MediaFile {
  id: string;
  status: MediaStatus;
  progress: number;
  originalFilename: string;
  originalPath: string;
  originalSize: number;
  mimeType: string;
  title: string | null;
  duration: number | null;
  width: number | null;
  height: number | null;
  manifestUrl: string | null;
  playback: { url: string; expiresAt: string } | null;
  renditions: Rendition[];
  posterUrl: string | null;
  previewUrl: string | null;
  storyboardUrl: string | null;
  errorMessage: string | null;
  createdAt: string;
  updatedAt: string;
}
