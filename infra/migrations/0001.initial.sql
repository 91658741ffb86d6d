-- The truth of Matinee. Queues only wake people up and S3 only holds bytes: whatever must never be wrong is said here.
-- Ids are UUIDv7, made by the application. Secrets (tokens, invites) are kept as SHA-256 digests only.

create table users (
    id            uuid primary key,
    email         text not null,
    name          text not null check (length(name) between 1 and 200),
    password_hash text not null,
    created_at    timestamptz not null default now(),
    deleted_at    timestamptz
);
create unique index users_email on users (lower(email));

create table access_tokens (
    digest     bytea primary key check (length(digest) = 32),
    user_id    uuid not null references users on delete cascade,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null check (expires_at > created_at)
);
create index access_tokens_user on access_tokens (user_id);
create index access_tokens_expiry on access_tokens (expires_at);

-- Failed logins, kept for the length of the rate limit's window. `subject` is a digest of an e-mail or a network address.
create table login_failures (
    subject bytea not null,
    at      timestamptz not null default now()
);
create index login_failures_subject on login_failures (subject, at);
create index login_failures_at on login_failures (at);

create table sessions (
    id           uuid primary key,
    host_id      uuid not null references users on delete cascade,
    title        text not null check (length(title) between 1 and 200),
    created_at   timestamptz not null default now(),
    ends_at      timestamptz,
    ended_at     timestamptz,
    purged_at    timestamptz,
    -- Stream cookies carry this number (epoch seconds); raising it makes every cookie given out before void.
    access_epoch bigint not null default extract(epoch from now())::bigint - 1,
    check (purged_at is null or ended_at is not null)
);
create index sessions_host on sessions (host_id, id desc);
create index sessions_to_end on sessions (ends_at) where ended_at is null and ends_at is not null;
create index sessions_to_purge on sessions (ended_at) where ended_at is not null and purged_at is null;

create table invites (
    id         uuid primary key,
    session_id uuid not null references sessions on delete cascade,
    digest     bytea not null unique check (length(digest) = 32),
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);
-- A session has one working link at most: a new one revokes the old one.
create unique index invites_one_working on invites (session_id) where revoked_at is null;

create table guests (
    digest     bytea primary key check (length(digest) = 32),
    invite_id  uuid not null references invites on delete cascade,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null check (expires_at > created_at)
);
create index guests_invite on guests (invite_id);

create table videos (
    id            uuid primary key,
    session_id    uuid not null references sessions on delete cascade,
    filename      text not null check (length(filename) between 1 and 255),
    filetype      text not null default '',
    size_bytes    bigint not null check (size_bytes >= 0),
    upload_id     text unique, -- tusd's id, known once the upload exists in the store
    status        text not null default 'uploading'
                  check (status in ('uploading', 'uploaded', 'transcoding', 'playable', 'ready', 'failed')),
    error_code    text check (error_code in ('not_a_video', 'corrupt', 'no_streams', 'too_long', 'too_large',
                                             'too_many_pixels', 'encrypted', 'unsupported_codec', 'forbidden_format', 'internal')),
    error_message text,
    warnings      text[] not null default '{}',
    source        jsonb, -- what the probe found
    plan          jsonb, -- what is made of it: renditions and their settings
    duration_s    numeric(12, 6) check (duration_s >= 0),
    playlist      text,  -- key suffix of the current multivariant playlist, below streams/<session>/<video>/
    poster        text,
    storyboard    text,
    created_at    timestamptz not null default now(),
    uploaded_at   timestamptz,
    playable_at   timestamptz,
    ready_at      timestamptz,
    failed_at     timestamptz,
    check ((status = 'failed') = (error_code is not null)),
    check ((status = 'failed') = (failed_at is not null)),
    check (status in ('uploading', 'failed') or uploaded_at is not null),
    check (status not in ('playable', 'ready') or (playable_at is not null and playlist is not null)),
    check ((status = 'ready') = (ready_at is not null))
);
create index videos_session on videos (session_id, id);
create index videos_unfinished on videos (status, created_at) where status not in ('ready', 'failed');

create table tasks (
    id          uuid primary key,
    video_id    uuid not null references videos on delete cascade,
    kind        text not null check (kind in ('plan', 'copy', 'encode', 'audio', 'stills', 'captions')),
    tier        smallint not null default 0 check (tier >= 0),
    ordinal     integer not null default 0 check (ordinal >= 0),
    queue       text not null check (queue in ('express', 'bulk')),
    priority    smallint not null, -- lower goes first
    start_s     numeric(12, 6) check (start_s >= 0),
    end_s       numeric(12, 6),
    weight      real not null default 1 check (weight > 0),
    progress    real not null default 0 check (progress between 0 and 1),
    status      text not null default 'pending' check (status in ('pending', 'leased', 'done', 'cancelled')),
    attempts    smallint not null default 0 check (attempts >= 0),
    lease_owner text,
    lease_until timestamptz,
    woken_at    timestamptz not null default now(), -- when a queue message was last sent for it
    created_at  timestamptz not null default now(),
    done_at     timestamptz,
    last_error  text,
    unique (video_id, kind, tier, ordinal),
    check (end_s is null or end_s > start_s),
    -- A cancelled task keeps its lease until its worker has let go: until then a write of that worker may be under way.
    check (status <> 'leased' or lease_owner is not null),
    check (status not in ('pending', 'done') or lease_owner is null),
    check ((lease_owner is null) = (lease_until is null)),
    check ((status = 'done') = (done_at is not null))
);
create index tasks_open on tasks (queue, priority, ordinal, created_at) where status in ('pending', 'leased');

create table renditions (
    video_id   uuid not null references videos on delete cascade,
    name       text not null check (name ~ '^[a-z0-9-]{1,40}$'), -- the folder below streams/<session>/<video>/
    kind       text not null check (kind in ('video', 'audio', 'captions')),
    -- The tasks that make it: it is whole when all tasks of this kind and tier are done.
    task_kind  text not null,
    tier       smallint not null,
    position   smallint not null,
    width      integer check (width > 0),
    height     integer check (height > 0),
    frame_rate numeric(9, 3) check (frame_rate > 0),
    codecs     text, -- RFC 6381, read from the first real segment
    language   text,
    label      text,
    is_default boolean not null default false,
    target_s   smallint not null check (target_s > 0), -- EXT-X-TARGETDURATION while the playlist grows: it must not change then
    published  bytea, -- digest of the media playlist that was last written
    primary key (video_id, name),
    unique (video_id, kind, position),
    check (kind <> 'video' or (width is not null and height is not null))
);

create table segments (
    video_id   uuid not null,
    rendition  text not null,
    ordinal    integer not null check (ordinal >= 0),
    start_s    numeric(12, 6) not null,
    duration_s numeric(12, 6) not null check (duration_s > 0),
    size_bytes bigint not null check (size_bytes > 0),
    primary key (video_id, rendition, ordinal),
    foreign key (video_id, rendition) references renditions on delete cascade
);

-- One row per ended session. Counters grow over the runs of an interrupted deletion; the receipt counts once finished_at is set,
-- and that needs a listing that found nothing.
create table receipts (
    session_id  uuid primary key references sessions on delete cascade,
    started_at  timestamptz not null default now(),
    finished_at timestamptz,
    found       jsonb not null default '{}',
    deleted     jsonb not null default '{}',
    remaining   bigint not null check (remaining >= 0),
    videos      jsonb not null default '[]',
    check (finished_at is null or remaining = 0)
);
