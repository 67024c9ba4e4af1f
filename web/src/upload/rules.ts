/** Extensions that the API accepts, without the dot. It has the last word; these spare a round trip. */
export const ACCEPTED_EXTENSIONS: readonly string[] = [
  '3g2',
  '3gp',
  'asf',
  'avi',
  'flv',
  'm2ts',
  'm4v',
  'mkv',
  'mov',
  'mp4',
  'mpeg',
  'mpg',
  'mts',
  'ogv',
  'ts',
  'webm',
  'wmv',
];

/** Value of a file input's `accept`: the types for phones, the extensions for what browsers don't know as video. */
export const ACCEPT = ['video/*', ...ACCEPTED_EXTENSIONS.map((ext) => `.${ext}`)].join(',');

/** Why a file need not be tried at all, or nothing. */
export function refusalOf(file: { name: string; size: number }): string | null {
  const extension = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase() ?? '';
  if (!ACCEPTED_EXTENSIONS.includes(extension)) {
    const what = extension ? `.${extension} files are` : 'Files without an extension are';
    return `${what} not accepted. Choose a video: MP4, MOV, MKV, WebM, AVI or another common format.`;
  }
  if (file.size === 0) return 'This file is empty. Choose another one.';
  return null;
}

/** The MIME type to declare: the browser's when it says video, else one that says nothing. */
export function declaredType(file: { type: string }): string {
  return file.type.startsWith('video/') ? file.type : 'application/octet-stream';
}

/** What tells one local file from another without reading it. */
export function fingerprintOf(file: { name: string; size: number; lastModified: number }): string {
  return [file.name, file.size, file.lastModified].join('|');
}

/** Tags from one line of text: separated by commas, trimmed, each once. */
export function parseTags(text: string): string[] {
  const tags = text.split(',').map((tag) => tag.trim());
  return [...new Set(tags)].filter((tag) => tag !== '');
}
