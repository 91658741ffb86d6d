"""A small published stream, made with the engine's own command lines and playlists."""

import subprocess
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from functions.transcode import captions, commands, playlists
from functions.transcode.conformance.segment import Segment as Measures
from functions.transcode.ffmpeg import binary
from functions.transcode.mpegts import continuable, measured, next_counter
from functions.transcode.plan import HIGH, LOW, Plan, plan_video
from functions.transcode.schedule import Schedule, renditions
from functions.transcode.segments import Wanted, announced, row_of
from functions.transcode.source import AudioTrack, Source, VideoTrack
from matinee.db.streams import RenditionState, Segment
from tests.integration.transcode.media import make, pictures, tone
from tests.unit.transcode.conformance.edits import Files

Made = dict[tuple[str, int], tuple[Segment, bytes, Measures]]  # by rendition and ordinal: row, file, what was measured

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
    return _published(plan, _encoded(source, plan, LOW, file, folder), captions.read_cues(_CAPTIONS))


def copied_stream(file: Path, folder: Path) -> Files:
    """The picture and the sound as they are, and a rung below that is encoded."""
    source = _source(file, keyframes_s=[round(float(n * 60 / RATE), 6) for n in range(7)])
    plan = plan_video(source)
    made = _encoded(source, plan, HIGH, file, folder)
    for picture, sound in Schedule(source, plan).copies:
        parts = [*([("source", picture)] if picture else []), *((a.name, sound) for a in plan.audio)]
        wanted = [Wanted(name, p.first, p.end, p.start_s or Fraction(0), keeps_times=True) for name, p in parts]
        made |= _run(commands.copy_chunk(source, plan, picture, sound, str(file), folder), wanted, folder)
    return _published(plan, made, [])


def _encoded(source: Source, plan: Plan, tier: int, file: Path, folder: Path) -> Made:
    made: Made = {}
    schedule = Schedule(source, plan)
    for first, end in schedule.encodes:
        wanted = [Wanted(r.name, first // plan.segment_frames, -(-end // plan.segment_frames)) for r in plan.encoded(tier)]
        made |= _run(commands.encode_chunk(source, plan, tier, first, end, str(file), folder, 2), wanted, folder)
    for first, _ in schedule.sounds if plan.encoded_audio else []:
        wanted = [Wanted(a.name, first, None) for a in plan.encoded_audio]
        made |= _run(commands.encode_sound(source, plan, first, None, str(file), folder), wanted, folder)
    return made


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


def _run(argv: list[str], wanted: list[Wanted], folder: Path) -> Made:
    by_name = {one.rendition: one for one in wanted}
    for name in by_name:
        (folder / name).mkdir(exist_ok=True)
    lines = subprocess.run([binary(), *argv], check=True, capture_output=True, text=True, timeout=120).stdout.splitlines()
    found: Made = {}
    counters = dict.fromkeys(by_name, 0)
    for segment in (announced(line, folder) for line in lines):
        one = by_name[segment.rendition]
        if one.takes(segment.ordinal):
            is_joint, begins_at = one.keeps_times or segment.ordinal + 1 == one.end, counters[segment.rendition]
            data = continuable(segment.path.read_bytes(), segment.ordinal, begins_at=begins_at, is_joint=is_joint)
            measures = measured(data, keeps_times=one.keeps_times)
            counters[segment.rendition] = next_counter(measures)
            row = row_of(segment.ordinal, segment.end_s + float(one.shift_s), len(data), measures)
            found[segment.rendition, segment.ordinal] = (row, data, measures)
    return found


def _published(plan: Plan, made: Made, cues: list[captions.Cue]) -> Files:
    files: Files = {}
    states = []
    for row in renditions(plan):
        mine = [made[key] for key in sorted(made) if key[0] == row.name]
        files |= {f"{row.name}/{playlists.segment_name(row.kind, s.ordinal)}": data for s, data, _ in mine}
        sound = mine[0][2].sound
        facts = {"codecs": mine[0][2].codec, "channels": sound.channels if sound else None}
        states.append(_state(row.__dict__ | facts, [s for s, _, _ in mine]))
    if cues:
        rows = []
        for ordinal, (start_s, end_s) in enumerate(captions.stretches(SECONDS)):
            body = captions.segment(cues, start_s, end_s).encode()
            files[f"c0/{playlists.segment_name('captions', ordinal)}"] = body
            rows.append(Segment(ordinal, Decimal(start_s), Decimal(end_s) - Decimal(start_s), len(body)))
        track = {"name": "c0", "kind": "captions", "task_kind": "captions", "tier": 1, "position": 0, "language": "en"}
        states.append(_state(track | {"label": "English", "target_s": captions.SEGMENT_S}, rows))
    files |= {f"{s.name}/{playlists.MEDIA_PLAYLIST}": playlists.media_playlist(s, all_whole=True).encode() for s in states}
    files |= {
        f"{s.name}/{playlists.I_FRAME_PLAYLIST}": playlists.i_frame_playlist(s).encode() for s in states if s.kind == "video"
    }
    return files | {playlists.FULL_PLAYLIST: playlists.multivariant_playlist(states, i_frames=True).encode()}


def _state(facts: dict[str, object], segments: list[Segment]) -> RenditionState:
    return RenditionState(**facts, is_whole=True, segments=segments)  # type: ignore[arg-type] # a row as the database gives it
