import type { components } from './schema';

type Schemas = components['schemas'];

/** The codes that a refusal can carry, and those of a video that failed. */
export type ProblemCode = Schemas['Problem']['code'];
export type VideoFailureCode = Schemas['VideoErrorBody']['code'];
/** What is left out of a video that plays. */
export type VideoWarning = Schemas['VideoBody']['warnings'][number];

export type User = Schemas['UserBody'];
export type NewSession = Schemas['NewSession'];
export type Session = Schemas['SessionBody'];
/** `url` is the multivariant playlist; it changes when there is more to choose from: captions, then the whole ladder. */
export type Video = Schemas['VideoBody'];
export type VideoStatus = Video['status'];
export type SessionWithVideos = Schemas['SessionWithVideosBody'];
export type Stream = Schemas['StreamBody'];
export type StorageCount = Schemas['CountsBody'];
export type Receipt = Schemas['ReceiptBody'];
