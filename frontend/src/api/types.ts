import type { components } from './schema';

type Schemas = components['schemas'];
/** A body of the API whose fields of the names in `Words` have the types given there. */
type With<Body, Words> = Omit<Body, keyof Words> & Readonly<Words>;

export type SessionState = 'open' | 'ending' | 'ended';
export type VideoStatus = 'uploading' | 'uploaded' | 'transcoding' | 'playable' | 'ready' | 'failed';

export type User = Schemas['UserBody'];
export type NewSession = Schemas['NewSession'];
export type Session = With<Schemas['SessionBody'], { state: SessionState }>;
/** `url` is the multivariant playlist; it changes once, when the whole ladder is there. */
export type Video = With<Schemas['VideoBody'], { status: VideoStatus }>;
export type SessionWithVideos = With<
  Schemas['SessionWithVideosBody'],
  { state: SessionState; videos: readonly Video[] }
>;
export type Page<Item> = With<Schemas['SessionPageBody'], { items: readonly Item[] }>;
export type Joined = Schemas['JoinBody'];
export type Stream = With<Schemas['StreamBody'], { videos: readonly Video[] }>;
export type StorageCount = Schemas['CountsBody'];
export type Receipt = With<
  Schemas['ReceiptBody'],
  {
    videos: readonly Readonly<{ id: string; filename: string; size_bytes: number; status: VideoStatus }>[];
  }
>;
