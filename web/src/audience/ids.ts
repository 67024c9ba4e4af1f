/** 16 random bytes. `crypto.randomUUID` is there on secure pages only. */
function randomBytes(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(16));
}

/** A random UUID (RFC 9562, version 4). */
export function uuid4(): string {
  return textOf(randomBytes(), 4);
}

/** A UUID that orders by time (RFC 9562, version 7). */
export function uuid7(now = Date.now()): string {
  const bytes = randomBytes();
  // 48 bits of milliseconds, the most significant first.
  for (let at = 0; at < 6; at += 1) bytes[at] = Math.floor(now / 2 ** (8 * (5 - at))) % 256;
  return textOf(bytes, 7);
}

function textOf(bytes: Uint8Array, version: number): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4);
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
