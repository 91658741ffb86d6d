"""A session with one original in the bucket, and worker processes that take it on."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import m3u8
import pytest

from functions.transcode.playlists import MEDIA_PLAYLIST, early_playlist
from infra.local.configuration import ROOT
from matinee import aws, queues, settings, storage
from matinee.db import streams, tasks, transaction, videos
from matinee.ids import new_id, new_secret, stream_prefix, upload_key
from tests.processes import descendants

EARLY = {early_playlist(""), early_playlist("", captions=True)}  # each is there or not

Found = TypeVar("Found")


def eventually(what: Callable[[], Found | None], seconds: float = 60) -> Found:
    """Wait until ``what`` gives something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise TimeoutError(f"{what} gave nothing for {seconds} s")


@dataclass
class Upload:
    """One video of a session of its own."""

    session_id: UUID
    video_id: UUID

    @classmethod
    def of(cls, file: Path) -> "Upload":
        """Put a file where tusd would, with its rows; nobody is told yet."""
        user, session, video = new_id(), new_id(), new_id()
        with transaction() as tx:
            tx.execute(
                "insert into users (id, email, name, password_hash) values (%s, %s, 'Host', '-')", [user, f"{user}@example.com"]
            )
            tx.execute("insert into sessions (id, host_id, title) values (%s, %s, 'Rushes')", [session, user])
            videos.add(tx, video, session, file.name, "video/mp4", file.stat().st_size)
        storage.put_file(upload_key(session, video), file, "application/octet-stream", "no-store")
        return cls(session, video)

    def tell(self, times: int = 1) -> "Upload":
        """What the intake does, as often as messages may come."""
        for _ in range(times):
            with transaction() as tx:
                videos.finish_upload(
                    tx, self.session_id, self.video_id, storage.size_of(upload_key(self.session_id, self.video_id)) or 0
                )
            queues.wake("express", self.video_id)
        return self

    def end_session(self) -> None:
        """What the end of its session does to its work."""
        with transaction() as tx:
            tx.execute("update sessions set ended_at = now() where id = %s", [self.session_id])
            tasks.revoke_session(tx, self.session_id)

    def is_quiet(self) -> bool:
        """Whether no worker holds a task of its session."""
        with transaction() as tx:
            return tasks.leases_end(tx, self.session_id) is None

    @property
    def video(self) -> videos.Video:
        with transaction() as tx:
            found = videos.get(tx, self.video_id)
        assert found
        return found

    def wait(self, *statuses: str, seconds: float = 90) -> videos.Video:
        """The video, once it has one of these statuses."""
        return eventually(lambda: v if (v := self.video).status in statuses else None, seconds)

    def tasks(self) -> list[dict[str, Any]]:
        with transaction() as tx:
            return list(
                tx.execute(
                    "select kind, tier, ordinal, status, attempts, lease_owner from tasks where video_id = %s order by 1, 2, 3",
                    [self.video_id],
                )
            )

    def renditions(self) -> dict[str, streams.RenditionState]:
        with transaction() as tx:
            return {r.name: r for r in streams.load(tx, self.video_id)}

    def keys(self) -> set[str]:
        """Everything below the video's folders."""
        prefixes = (stream_prefix(self.session_id, self.video_id), upload_key(self.session_id, self.video_id))
        return {o.key for prefix in prefixes for o in storage.list_objects(prefix)}

    def read(self, name: str) -> bytes:
        """A file of the stream, as it is at one moment: LocalStack takes a range's bounds from an older version, if it can."""
        key = stream_prefix(self.session_id, self.video_id) + name
        return aws.s3().get_object(Bucket=storage.bucket(), Key=key)["Body"].read()

    def playlist(self, name: str) -> Any:
        """A playlist of the stream, parsed."""
        return m3u8.loads(self.read(name).decode())

    def media_playlist(self, rendition: str) -> Any:
        return self.playlist(f"{rendition}/{MEDIA_PLAYLIST}")

    def segments(self, rendition: str) -> list[bytes]:
        """The listed segments of a rendition."""
        return [self.read(f"{rendition}/{s.uri}") for s in self.media_playlist(rendition).segments]

    def state(self) -> dict[str, tuple[int, datetime | None]]:
        """Every object of the stream with its size and the time of its last write."""
        prefix = stream_prefix(self.session_id, self.video_id)
        return {o.key.removeprefix(prefix): (o.size_bytes, o.modified_at) for o in storage.list_objects(prefix)}

    def referenced(self) -> set[str]:
        """Every file that a viewer of the whole stream can be led to."""
        video = self.video
        found = {*EARLY, str(video.playlist)} | {name for name in (video.poster, video.storyboard) if name}
        for name in sorted(found & self.state().keys()):
            if name.endswith(".m3u8"):
                playlist = self.playlist(name)
                found |= {p.uri for p in [*playlist.playlists, *playlist.media, *playlist.iframe_playlists]}
        for name in [name for name in found if "/" in name]:
            folder = name.rpartition("/")[0]
            found |= {f"{folder}/{segment.uri}" for segment in self.playlist(name).segments}
        if video.storyboard:
            found |= set(re.findall(r"^(\S+)#xywh", self.read(video.storyboard).decode(), re.MULTILINE))
        return found

    def check_whole(self, seconds: float) -> None:
        """The stream is complete, as long as the original, and nothing else lies beside it, once all tasks are done."""
        eventually(lambda: all(task["status"] == "done" for task in self.tasks()))
        files = self.state().keys()
        assert files == self.referenced() & files, f"orphans: {files - self.referenced()}"
        assert files >= self.referenced() - EARLY, f"missing: {self.referenced() - files}"
        for rendition in self.renditions().values():
            playlist = self.media_playlist(rendition.name)
            assert playlist.is_endlist
            assert playlist.playlist_type == "vod"
            assert len(playlist.segments) == len(rendition.segments)
            assert rendition.kind == "captions" or abs(float(self.length(rendition.name)) - seconds) < 0.2, rendition.name

    def length(self, rendition: str) -> Decimal:
        return sum((Decimal(str(s.duration)) for s in self.media_playlist(rendition).segments), Decimal(0))


def own_queues(patch: pytest.MonkeyPatch) -> None:
    """Queues that no other test's workers serve."""
    for queue in ("EXPRESS", "BULK"):
        url = aws.sqs().create_queue(QueueName=f"transcode-{queue.lower()}-{new_secret()}")["QueueUrl"]
        patch.setenv(f"MATINEE_{queue}_QUEUE_URL", url)
    settings.forget_settings()


class WorkerProcess:
    """``python -m functions.transcode``, as it runs everywhere."""

    def __init__(self, log: Path, module: str = "functions.transcode", *, before: Sequence[str] = (), **settings: str) -> None:
        self._log = log.open("ab")
        self.process = subprocess.Popen(
            [*before, sys.executable, "-m", module],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT}/layers/common"} | settings,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def children(self) -> list[int]:
        """Process ids of everything below the worker."""
        return descendants(self.process.pid)

    def ffmpegs(self) -> list[int]:
        """Process ids of the ffmpegs that run."""
        return [pid for pid in self.children() if Path(f"/proc/{pid}/comm").read_text().startswith("ffmpeg")]

    def stand_still(self) -> None:
        """SIGSTOP: as a machine that hangs."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """SIGCONT."""
        self.process.send_signal(signal.SIGCONT)

    def terminate(self) -> int:
        """SIGTERM, as Fargate sends it; gives the exit status."""
        self.process.terminate()
        return self.process.wait(30)

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait(10)

    def close(self) -> None:
        self.go_on()
        if self.process.poll() is None:
            self.terminate()
        self._log.close()
