/** What of a file tells it from others without reading it. */
export type FileTraits = Pick<File, 'name' | 'type' | 'size' | 'lastModified'>;

/**
 * The name under which an unfinished upload is remembered: the same file chosen again for the same session goes
 * on where it stopped, and the same file for another session is another upload.
 */
export function fingerprintOf(sessionId: string, file: FileTraits): string {
  return JSON.stringify(['matinee', sessionId, file.name, file.type, file.size, file.lastModified]);
}
