"""A small published stream, made with the engine's own command lines and playlists."""

import re
import subprocess
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from functions.transcode import captions, commands, playlists
from functions.transcode.ffmpeg import binary
from functions.transcode.mpegts import TIMELINE_OFFSET_S, read_segment
from functions.transcode.plan import HIGH, LOW, Plan, plan_video, renditions
from functions.transcode.segments import announced
from functions.transcode.source import AudioTrack, Source, VideoTrack
from matinee.db.streams import RenditionState, Segment
from tests.integration.transcode.media import make, pictures, tone
from tests.unit.transcode.conformance.edits import Files, packets, renumber, segments, text, units

Made = dict[tuple[str, int], tuple[Segment, bytes, str]]  # by rendition and ordinal: row, file, codec

SECONDS = 14
RATE = Fraction(30000, 1001)
_CAPTIONS = "WEBVTT\n\n00:01.000 --> 00:03.000\nHello\n\n00:09.500 --> 00:13.000\nGood night\n"


def original(folder: Path) -> Path:
    """H.264 at 29.97 fps, 854 by 480, keyframes every two seconds, with stereo AAC."""
    return make(
        folder / "original.mp4", *pictures("854x480", "30000/1001", SECONDS), *tone(SECONDS),
        "-c:v", "libx264", "-preset", "ultrafast", "-g", "60", "-keyint_min", "60", "-sc_threshold", "0", "-bf", "2",
        "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", "-threads", "2",
    )  # fmt: skip


def encoded_stream(file: Path, folder: Path) -> Files:
    """Two rungs in three chunks, encoded sound, captions: every file by its path, playlists included."""
    source = _source(file, keyframes_s=None)
    plan = plan_video(source)
    made: Made = {}
    names = [r.name for r in plan.encoded(LOW)]
    for first, end in plan.chunks():
        made |= _run(commands.encode_chunk(source, plan, LOW, first, end, str(file), folder, 2), names, folder)
    made |= _run(commands.encode_sound(source, plan.audio, str(file), folder), [a.name for a in plan.audio], folder)
    return _published(plan, made, captions.read_cues(_CAPTIONS))


def copied_stream(file: Path, folder: Path) -> Files:
    """The picture and the sound as they are, and a rung below that is encoded."""
    source = _source(file, keyframes_s=[round(float(n * 60 / RATE), 6) for n in range(7)])
    plan = plan_video(source)
    names = ["source", *(a.name for a in plan.audio)]
    made = _run(commands.copy_picture(source, plan, str(file), folder), names, folder)
    for first, end in plan.chunks():
        made |= _run(commands.encode_chunk(source, plan, HIGH, first, end, str(file), folder, 2), ["v360"], folder)
    return _published(plan, made, [])


def _source(file: Path, keyframes_s: list[float] | None) -> Source:
    video = VideoTrack(
        index=0, codec="h264", profile="High", level=30, pixel_format="yuv420p", width=854, height=480, frame_rate=RATE,
        duration_s=float(round(SECONDS * RATE) / RATE), keyframes_s=keyframes_s,
    )  # fmt: skip
    audio = AudioTrack(
        index=1, codec="aac", profile="LC" if keyframes_s else "HE-AAC", channels=2, sample_rate=48000, language="en",
        is_default=True,
    )  # fmt: skip
    return Source(demuxer="mov", size_bytes=file.stat().st_size, duration_s=SECONDS, video=video, audio=[audio])


def _run(argv: list[str], names: list[str], folder: Path) -> Made:
    for name in names:
        (folder / name).mkdir(exist_ok=True)
    lines = subprocess.run([binary(), *argv], check=True, capture_output=True, text=True, timeout=120).stdout.splitlines()
    found: Made = {}
    for segment in (announced(line, folder) for line in lines):
        data = segment.path.read_bytes()
        facts = read_segment(data)
        start_s = Decimal(f"{facts.first_pts_s - TIMELINE_OFFSET_S:.6f}")
        row = Segment(segment.ordinal, start_s, Decimal(f"{segment.end_s:.6f}") - start_s, len(data))
        found[segment.rendition, segment.ordinal] = (row, data, facts.codecs)
    return found


def _published(plan: Plan, made: Made, cues: list[captions.Cue]) -> Files:
    files: Files = {}
    states = []
    for row in renditions(plan):
        mine = [made[key] for key in sorted(made) if key[0] == row.name]
        files |= {f"{row.name}/{playlists.segment_name(row.kind, s.ordinal)}": data for s, data, _ in mine}
        states.append(_state(row.__dict__ | {"codecs": mine[0][2]}, [s for s, _, _ in mine]))
    if cues:
        rows = []
        for ordinal, (start_s, end_s) in enumerate(captions.stretches(SECONDS)):
            body = captions.segment(cues, start_s, end_s).encode()
            files[f"c0/{playlists.segment_name('captions', ordinal)}"] = body
            rows.append(Segment(ordinal, Decimal(start_s), Decimal(end_s) - Decimal(start_s), len(body)))
        facts = {"name": "c0", "kind": "captions", "task_kind": "captions", "tier": 1, "position": 0, "language": "en"}
        states.append(_state(facts | {"label": "English", "target_s": captions.SEGMENT_S}, rows))
    files |= {f"{s.name}/{playlists.MEDIA_PLAYLIST}": playlists.media_playlist(s, all_whole=True).encode() for s in states}
    return files | {playlists.FULL_PLAYLIST: playlists.multivariant_playlist(states).encode()}


def _state(facts: dict[str, object], segments: list[Segment]) -> RenditionState:
    return RenditionState(**facts, is_whole=True, segments=segments)  # type: ignore[arg-type] # a row as the database gives it


def conforming(files: Files) -> Files:
    """The stream with what the rules ask for beyond what ffmpeg's segments give: counters that go on over the seams, one target
    duration, an I-frame playlist."""
    made = dict(files)
    target = max(int(re.findall(r"TARGETDURATION:(\d+)", made[p].decode())[0]) for p in made if re.match(r"[va]\w+/index", p))
    for path in [p for p in made if re.match(r"[va]\w+/index", p)]:
        text(made, path, r"TARGETDURATION:\d+", f"TARGETDURATION:{target}")
        renumber(made, path.split("/")[0])
    made["v480/i-frames.m3u8"] = _keyframes(made, "v480").encode()
    made["full.m3u8"] += (
        b'#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=200000,CODECS="avc1.64001f",RESOLUTION=854x480,URI="v480/i-frames.m3u8"\n'
    )
    return made


def _keyframes(files: Files, rendition: str) -> str:
    """An I-frame playlist: the bytes of every keyframe, each shown until the next."""
    found = []
    for path in segments(files, rendition):
        changed = packets(files[path])
        for first, end, pts, _ in units(files[path]):
            if changed[first][3] & 0x20 and changed[first][5] & 0x40:
                found.append((pts, first * 188, (end - first) * 188, path.split("/")[1]))
    end = found[0][0] + round(round(SECONDS * RATE) / RATE * 90_000)
    lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-TARGETDURATION:2", "#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD"]
    lines.append("#EXT-X-I-FRAMES-ONLY")
    for (pts, first, count, name), following in zip(found, [*(f[0] for f in found[1:]), end], strict=True):
        lines += [f"#EXTINF:{float(following - pts) / 90_000:.6f},", f"#EXT-X-BYTERANGE:{count}@{first}", name]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])
