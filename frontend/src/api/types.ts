/** The bodies of the HTTP API. Times are RFC 3339 in UTC, ids UUIDv7, addresses absolute paths on this origin. */

export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly created_at: string;
}

export type SessionState = 'open' | 'ending' | 'ended';

export interface Session {
  readonly id: string;
  readonly title: string;
  readonly created_at: string;
  readonly ends_at: string | null;
  readonly ended_at: string | null;
  readonly purged_at: string | null;
  readonly state: SessionState;
}

export type VideoStatus = 'uploading' | 'uploaded' | 'transcoding' | 'playable' | 'ready' | 'failed';

export interface Video {
  readonly id: string;
  readonly filename: string;
  readonly status: VideoStatus;
  /** 0 to 1, of the work that the status names. */
  readonly progress: number;
  /** The multivariant playlist; it changes once, when the whole ladder is there. */
  readonly url: string | null;
  readonly poster: string | null;
  readonly storyboard: string | null;
  /** Seconds. */
  readonly duration: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly warnings: readonly string[];
  readonly size_bytes: number;
}

export interface SessionWithVideos extends Session {
  readonly videos: readonly Video[];
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export interface Joined {
  readonly session: { readonly id: string; readonly title: string };
}

export interface Stream {
  readonly session: { readonly id: string; readonly title: string; readonly ends_at: string | null };
  readonly videos: readonly Video[];
  readonly cookies_expire_at: string;
}

export interface StorageCount {
  readonly objects: number;
  readonly versions: number;
  readonly delete_markers: number;
  readonly multipart_uploads: number;
  readonly bytes: number;
}

export interface Receipt {
  readonly session_id: string;
  readonly title: string;
  readonly ended_at: string;
  readonly started_at: string;
  readonly finished_at: string;
  readonly found: StorageCount;
  readonly deleted: StorageCount;
  readonly remaining: number;
  readonly videos: readonly {
    readonly id: string;
    readonly filename: string;
    readonly size_bytes: number;
    readonly status: VideoStatus;
  }[];
}
