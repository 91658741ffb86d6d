const VIDEO_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/**
 * The video that an upload's address belongs to, or null. Addresses end in `<session>/<video>`, where the S3 store
 * adds `+<multipart id>`, and the slash can arrive percent-encoded.
 */
export function videoIdOfUploadAddress(address: string): string | null {
  const lastPart = address.split(/\/|%2F/i).at(-1) ?? '';
  return VIDEO_ID.exec(lastPart)?.[0].toLowerCase() ?? null;
}
