"""One task, from claim to done: what each kind does."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from uuid import UUID

from functions.transcode import captions, commands, replan, storyboard
from functions.transcode.admission import admit
from functions.transcode.backends import backend_of
from functions.transcode.declared import declared_bytes
from functions.transcode.failures import VideoFailure
from functions.transcode.ffmpeg import FfmpegError, Limits, OutsideFaultError, running
from functions.transcode.lease import Lease
from functions.transcode.mediaconvert import conversion
from functions.transcode.mpegts import BadSegmentError
from functions.transcode.outcome import DAMAGED, is_damage
from functions.transcode.plan import COPY_MAX_MISSING_S, Plan
from functions.transcode.playlists import segment_name
from functions.transcode.probe import Prober
from functions.transcode.schedule import STORYBOARD, Schedule
from functions.transcode.segments import SEGMENT_CACHE, Wanted, make_segments
from functions.transcode.settings import WorkerSettings
from functions.transcode.sniff import HEAD_BYTES, sniff
from functions.transcode.source import Source
from matinee import queues, storage
from matinee.db import Tx, streams, tasks, transaction, videos
from matinee.ids import stream_prefix, upload_key
from matinee.observability import logger

URL_SECONDS = 6 * 3600  # how long a task may read the original through its presigned URL
# On the same machine a first picture goes before what comes next, and that before the full ladder.
EXPRESS_NICE, BULK_NICE = 5, 10
POSTER_FILE = "poster.jpg"
STILLS_CACHE = "max-age=300"
READS_AT_ONCE = 8


def _is_waited_for(task: tasks.Task) -> bool:
    """Whether the first picture, or sound, comes of it."""
    return task.queue == "express" and task.ordinal == 0


def _warn_of_damage(task: tasks.Task) -> None:
    with transaction() as tx:
        videos.add_warning(tx, task.video_id, DAMAGED)


class Steps:
    """Runs claimed tasks. One per worker process; thread-safe."""

    def __init__(self, settings: WorkerSettings, prober: Prober, cores: int) -> None:
        self._settings = settings
        self._prober = prober
        self._cores = cores
        self._kinds: Mapping[str, Callable[[Lease, Path], None]] = {
            "plan": self._plan,
            "copy": self._copy,
            "encode": self._encode,
            "audio": self._audio,
            "convert": self._convert,
            "captions": self._captions,
            "stills": self._stills,
        }

    def run(self, lease: Lease) -> None:
        """Do the task and mark it done. Raises whatever keeps it from that."""
        with tempfile.TemporaryDirectory(prefix="matinee-", dir=self._settings.scratch_dir) as folder:
            self._kinds[lease.task.kind](lease, Path(folder))

    def _plan(self, lease: Lease, _: Path) -> None:
        task = lease.task
        key = upload_key(task.session_id, task.video_id)
        start = storage.read_start(key, HEAD_BYTES)
        if start is None:
            raise VideoFailure("internal", "The uploaded file is gone. Upload it again.")
        head, size = start
        demuxer, is_cut_off = sniff(head), size < (declared_bytes(head) or 0)
        source = self._prober.probe(storage.presigned_get(key, URL_SECONDS), demuxer, size, is_cut_off=is_cut_off)
        admit(source, self._settings)
        backend = backend_of(source, self._settings.transcode_backend)
        plan = backend.plan_video(source)
        todo = backend.tasks(source, plan)
        lease.end()
        with transaction() as tx:
            tasks.finish(tx, task)
            if not videos.set_source(
                tx, task.video_id, source.model_dump_json(), plan.model_dump_json(), source.duration_s, source.warnings
            ):
                return
            streams.add_renditions(tx, task.video_id, backend.renditions(plan))
            tasks.add(tx, task.video_id, todo)
        # What only the ladder needs is woken when the video can be played: until then nothing shall compete with that.
        queues.wake("express", task.video_id, sum(t.queue == "express" and not t.held_s for t in todo))
        logger.info("planned", video_id=str(task.video_id), tasks=len(todo), copies=plan.copied is not None)

    def _copy(self, lease: Lease, folder: Path) -> None:
        source, plan, url = self._open(lease.task)
        picture, sound = Schedule(source, plan).copies[lease.task.ordinal]
        parts = [(plan.copied.name, picture)] if plan.copied and picture else []
        parts += [(a.name, sound) for a in plan.copied_audio if sound.first != sound.end]
        wanted = [Wanted(name, p.first, p.end, p.start_s or Fraction(0), keeps_times=True) for name, p in parts]
        try:
            self._make(lease, folder, source, commands.copy_chunk(source, plan, picture, sound, url, folder), wanted)
        except (FfmpegError, BadSegmentError) as error:
            # Sound alone is soon encoded; before pictures are, for much more, a copy is tried again.
            is_wrong = isinstance(error, BadSegmentError) or (picture is None and is_damage(error))
            if not is_wrong or not replan.encode_instead(lease.task, str(error)):
                raise

    def _audio(self, lease: Lease, folder: Path) -> None:
        source, plan, url = self._open(lease.task)
        schedule = Schedule(source, plan)
        first, end = schedule.sounds[lease.task.ordinal]
        to_end = None if end == len(schedule.sound_edges_s) - 1 else end
        wanted = [Wanted(a.name, first, to_end) for a in plan.encoded_audio]
        self._make(lease, folder, source, commands.encode_sound(source, plan, first, to_end, url, folder), wanted)

    def _encode(self, lease: Lease, folder: Path) -> None:
        task = lease.task
        source, plan, url = self._open(task)
        first, end = Schedule(source, plan).encodes[task.ordinal]
        # After the first picture decoder and encoders run side by side: more threads of each only cost more.
        threads = self._cores if _is_waited_for(task) else max(1, self._cores // 2)
        # The picture may end a little sooner than its header says: of a short last chunk there may be nothing.
        may_lack = end == plan.total_frames and plan.seconds(end - first) <= COPY_MAX_MISSING_S
        segments = first // plan.segment_frames, None if may_lack else -(-end // plan.segment_frames)
        wanted = [Wanted(r.name, *segments) for r in plan.encoded(task.tier)]

        def make(url: str | None, folder: Path) -> None:
            arguments = commands.encode_chunk(source, plan, task.tier, first, end, url, folder, threads)
            self._make(lease, folder, source, arguments, wanted)

        try:
            make(url, folder)
        except (FfmpegError, BadSegmentError) as error:
            if task.ordinal == 0 or task.attempts < tasks.MAX_ATTEMPTS or not is_damage(error):
                raise
            # A stretch that cannot be decoded is black; what lies before and behind it can still be seen.
            _warn_of_damage(task)
            (black := folder / "black").mkdir()
            make(None, black)

    def _convert(self, lease: Lease, folder: Path) -> None:
        source, plan, _ = self._open(lease.task)
        conversion.convert(lease, source, plan, self._settings.mediaconvert_role, folder)

    def _make(self, lease: Lease, folder: Path, source: Source, arguments: list[str], wanted: list[Wanted]) -> None:
        task = lease.task
        work_s = float((task.end_s or 0) - (task.start_s or 0))
        limits = Limits(
            cpu_seconds=int(120 + work_s * 60),
            wall_seconds=120 + work_s * 60,
            memory_bytes=self._settings.ffmpeg_memory_bytes,
        )
        nice = 0 if _is_waited_for(task) else EXPRESS_NICE if task.queue == "express" else BULK_NICE
        made = make_segments(arguments, wanted, folder, limits, lease, nice)
        if made.segments == 0 and not source.warnings and task.ordinal == 0:
            raise VideoFailure("corrupt")
        if made.is_damaged and "truncated" not in source.warnings:  # which it ends with
            _warn_of_damage(task)
        lease.end()
        replan.finish(task)

    def _captions(self, lease: Lease, folder: Path) -> None:
        source, plan, url = self._open(lease.task)
        self._run(commands.captions(source, plan.captions, url, folder), lease, source.duration_s)
        prefix = stream_prefix(lease.task.session_id, lease.task.video_id)
        for track in plan.captions:
            cues = captions.read_cues((folder / f"{track.name}.vtt").read_text(errors="replace"))
            for ordinal, (start_s, end_s) in enumerate(captions.stretches(source.duration_s)):
                body = captions.segment(cues, start_s, end_s).encode()
                lease.check()
                key = f"{prefix}{track.name}/{segment_name('captions', ordinal)}"
                storage.put_bytes(key, body, "text/vtt; charset=utf-8", SEGMENT_CACHE)
                row = streams.Segment(ordinal, Decimal(f"{start_s:.6f}"), Decimal(f"{end_s - start_s:.6f}"), len(body))
                with transaction() as tx:
                    streams.add_segment(tx, lease.task, track.name, row, None)
        lease.end()
        replan.finish(lease.task)

    def _stills(self, lease: Lease, folder: Path) -> None:
        if lease.task.ordinal == STORYBOARD:
            self._storyboard(lease, folder)
            return
        source, _, url = self._open(lease.task)
        file = folder / POSTER_FILE
        self._run((commands.poster if source.video else commands.waveform)(source, url, file), lease, source.duration_s)
        self._finish_stills(lease, [file], videos.set_poster)

    def _storyboard(self, lease: Lease, folder: Path) -> None:
        task = lease.task
        with transaction() as tx:
            picture = storyboard.smallest_picture(streams.load(tx, task.video_id, measured=True))
        if picture is None or not picture.segments:
            raise tasks.LeaseLostError
        board = storyboard.storyboard_of(picture)
        keyframes = folder / "keyframes.ts"
        self._fetch(board, f"{stream_prefix(task.session_id, task.video_id)}{picture.name}/", keyframes)
        self._run(commands.storyboard(board, keyframes, folder), lease, board.end_s)
        cues = folder / storyboard.FILE
        cues.write_text(board.webvtt())
        self._finish_stills(lease, [cues, *sorted(folder.glob("*.jpg"))], videos.set_storyboard)

    def _fetch(self, board: storyboard.Storyboard, prefix: str, file: Path) -> None:
        """Put the tables of the first segment and all keyframes into one file."""

        def read(still: storyboard.Still) -> bytes:
            return storage.read_range(prefix + segment_name("video", still.segment), still.first_byte, still.bytes)

        first = board.stills[0]
        with ThreadPoolExecutor(READS_AT_ONCE) as pool, file.open("wb") as joined:
            joined.write(storage.read_range(prefix + segment_name("video", first.segment), 0, first.first_byte))
            joined.writelines(pool.map(read, board.stills))

    def _finish_stills(self, lease: Lease, files: Sequence[Path], note: Callable[[Tx, UUID, str], None]) -> None:
        """Publish what was made; the first file is the one that the row names."""
        made = [file for file in files if file.exists() and file.stat().st_size]
        for file in made:
            lease.check()
            content_type = "text/vtt; charset=utf-8" if file.suffix == ".vtt" else "image/jpeg"
            storage.put_file(
                stream_prefix(lease.task.session_id, lease.task.video_id) + file.name, file, content_type, STILLS_CACHE
            )
        lease.end()
        with transaction() as tx:
            tasks.finish(tx, lease.task)
            if made:
                note(tx, lease.task.video_id, made[0].name)

    def _run(self, arguments: list[str], lease: Lease, work_s: float) -> None:
        """Run ffmpeg for something small beside the stream."""
        limits = Limits(cpu_seconds=int(120 + work_s), wall_seconds=300 + work_s, memory_bytes=self._settings.ffmpeg_memory_bytes)
        with running(arguments, limits, nice=BULK_NICE) as run:
            lease.on_loss(run.stop)
            run.finish()
            if run.had_trouble_reading:
                raise OutsideFaultError("the original could not be read well")

    def _open(self, task: tasks.Task) -> tuple[Source, Plan, str]:
        with transaction() as tx:
            video = videos.get(tx, task.video_id)
        if video is None or video.source is None or video.plan is None:
            raise tasks.LeaseLostError
        url = storage.presigned_get(upload_key(task.session_id, task.video_id), URL_SECONDS)
        return Source.model_validate(video.source), Plan.model_validate(video.plan), url
