"""Command lines of ffmpeg: pure functions from a plan to a list of arguments.

Every open is pinned: one demuxer, a whitelist of formats and protocols. All outputs share one timeline: the container's
start is 0 (``-copyts -start_at_zero``) and every muxer adds the same 10 s, so that nothing before 0 has to be cut.
Segments are announced on standard output, a line each (``<rendition>/<file>,<start>,<end>``), when they are whole.
"""

from fractions import Fraction
from pathlib import Path

from functions.transcode.ladder import AUDIO_BITS_PER_S, SEGMENT_S
from functions.transcode.mpegts import TIMELINE_OFFSET_S
from functions.transcode.plan import AudioRendition, CaptionRendition, Plan, VideoRendition
from functions.transcode.source import Source, VideoTrack
from functions.transcode.storyboard import COLUMNS, SHEET_NAME, Storyboard, takes_keyframes_only

SEGMENT_NAME = "%05d.ts"
POSTER_HEIGHT = 720
NETWORK_PROTOCOLS = "http,https,tcp,tls"  # never "file": whatever is uploaded cannot name what lies on the worker's disk
SEEK_MARGIN_S = 0.5  # a chunk starts reading a little early: frames before it are dropped on the frame grid, not by the seek

_TONE_MAP = "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv"


def open_input(source: Source, url: str, seek_s: float | None = None) -> list[str]:
    """Read one file with the pinned demuxer and nothing else."""
    formats = "mov,mp4,m4a,3gp,3g2,mj2" if source.demuxer == "mov" else source.demuxer
    arguments = ["-hide_banner", "-nostdin", "-loglevel", "error", "-copyts", "-start_at_zero"]
    if seek_s is not None and seek_s > 0:
        arguments += ["-noaccurate_seek", "-ss", f"{seek_s:.6f}"]
    is_remote = url.startswith("http")
    protocols = NETWORK_PROTOCOLS if is_remote else "file"
    arguments += ["-protocol_whitelist", protocols, "-format_whitelist", formats, "-f", source.demuxer]
    if source.demuxer == "mov":
        arguments += ["-enable_drefs", "0", "-use_absolute_path", "0"]
    if is_remote:
        arguments += ["-reconnect", "1", "-reconnect_on_network_error", "1", "-reconnect_delay_max", "5"]
        arguments += ["-rw_timeout", "20000000"]  # microseconds
    return [*arguments, "-i", url]


def copy_picture(source: Source, plan: Plan, url: str, folder: Path) -> list[str]:
    """Remux the picture as it is, without decoding it, with the sound that can be copied too."""
    copied = plan.copied
    if copied is None or source.video is None:
        raise ValueError("the plan copies no picture")
    return [
        *open_input(source, url),
        "-map", f"0:{source.video.index}", "-c", "copy",
        *_segments(folder, copied.name, ["-segment_time", str(SEGMENT_S)]),
        *_sound(plan.copied_audio, folder),
    ]  # fmt: skip


def encode_chunk(source: Source, plan: Plan, tier: int, first: int, end: int, url: str, folder: Path, threads: int) -> list[str]:
    """Encode the frames ``[first, end)`` into every rendition of a tier: one decode, each size scaled from the one above."""
    video = source.video
    if video is None:
        raise ValueError("the source has no picture")
    made = plan.encoded(tier)
    start_s = Fraction(first) / plan.frame_rate
    arguments = [
        *open_input(source, url, float(start_s) - SEEK_MARGIN_S),
        "-filter_complex", picture_graph(video, plan, made, start_s, end - first),
    ]  # fmt: skip
    edges = range(plan.segment_frames, end - first, plan.segment_frames)
    for rendition in made:
        arguments += ["-map", f"[{rendition.name}]", *_h264(plan, rendition, threads)]
        cut = ["-segment_frames", ",".join(map(str, edges))] if edges else ["-segment_time", "1000000"]
        arguments += _segments(folder, rendition.name, [*cut, "-segment_start_number", str(first // plan.segment_frames)])
    return arguments


def picture_graph(video: VideoTrack, plan: Plan, made: list[VideoRendition], start_s: Fraction, frames: int) -> str:
    """The filters of one chunk: make progressive, put on the frame grid, cut, then scale down in a cascade."""
    head = []
    if video.is_interlaced:
        head.append("bwdif=mode=send_frame:deint=interlaced")
    # `start_time` fills what is missing before the first picture with copies of it and drops what lies before the chunk.
    head.append(f"fps={plan.frame_rate}:start_time={float(start_s):.9f}")
    head.append(f"trim=end_frame={frames}")
    graph = [f"[0:{video.index}]{','.join(head)}[c0]"]
    for number, rendition in enumerate(made):
        filters = [f"scale={rendition.width}:{rendition.height}:flags=bicubic:out_range=tv", "setsar=1"]
        if number == 0 and video.transfer:
            filters.append(_TONE_MAP)
        filters.append("format=yuv420p")
        last = number == len(made) - 1
        tail = f"[{rendition.name}]" if last else f",split[{rendition.name}][c{number + 1}]"
        graph.append(f"[c{number}]{','.join(filters)}{tail}")
    return ";".join(graph)


def encode_sound(source: Source, tracks: list[AudioRendition], url: str, folder: Path) -> list[str]:
    """Every track of the sound, whole (so there are no seams), copied where it is right already."""
    return [*open_input(source, url), *_sound(tracks, folder)]


def _sound(tracks: list[AudioRendition], folder: Path) -> list[str]:
    arguments: list[str] = []
    for track in tracks:
        arguments += ["-map", f"0:{track.index}"]
        if track.copy_stream:
            arguments += ["-c", "copy"]
        else:
            # async fills holes with silence, first_pts also a late start: sound stays where it belongs under the picture.
            arguments += [
                "-af",
                "aresample=async=1:first_pts=0",
                "-c",
                "aac",
                "-b:a",
                str(AUDIO_BITS_PER_S),
                "-ac",
                "2",
                "-ar",
                "48000",
            ]
        arguments += _segments(folder, track.name, ["-segment_time", str(SEGMENT_S)])
    return arguments


def captions(source: Source, tracks: list[CaptionRendition], url: str, folder: Path) -> list[str]:
    """Every track of captions as one WebVTT file, ``<rendition>.vtt``."""
    arguments = open_input(source, url)
    for track in tracks:
        arguments += ["-map", f"0:{track.index}", "-c:s", "webvtt", "-f", "webvtt", "-y", str(folder / f"{track.name}.vtt")]
    return arguments


def waveform(source: Source, url: str, file: Path) -> list[str]:
    """A picture that stands for sound alone: its waveform."""
    graph = f"[0:{source.audio[0].index}]aformat=channel_layouts=mono,showwavespic=s=1280x720:colors=0x8899aa[p]"
    return [*open_input(source, url), "-filter_complex", graph, "-map", "[p]", *_jpeg(file, frames=1)]


def storyboard(source: Source, board: Storyboard, url: str, folder: Path) -> list[str]:
    """Sheets of small pictures, from keyframes alone where these lie close enough."""
    video = source.video
    if video is None:
        raise ValueError("the source has no picture")
    filters = [
        f"fps={1 / board.interval_s:.9f}:start_time=0:round=up",
        f"scale={board.width}:{board.height}",
        "setsar=1",
        *([_TONE_MAP] if video.transfer else []),
        "format=yuvj420p",
        f"tile={COLUMNS}x{board.rows}",
    ]
    reading = open_input(source, url)
    return [
        *reading[:-2], *(["-skip_frame", "nokey"] if takes_keyframes_only(video, board) else []), *reading[-2:],
        "-map", f"0:{video.index}", "-vf", ",".join(filters),
        "-start_number", "0", *_jpeg(folder / SHEET_NAME, frames=board.sheets),
    ]  # fmt: skip


def _jpeg(file: Path, frames: int) -> list[str]:
    single = ["-update", "1"] if frames == 1 and "%" not in file.name else []
    return ["-frames:v", str(frames), "-q:v", "4", "-f", "image2", *single, "-y", str(file)]


def poster(source: Source, url: str, file: Path) -> list[str]:
    """One picture that stands for the video: a typical one of the second after the first tenth."""
    video = source.video
    if video is None:
        raise ValueError("the source has no picture")
    width, height = video.display_size
    filters = ["thumbnail=24", f"scale={width}:{height},scale=-2:'min({POSTER_HEIGHT},ih)'", "setsar=1"]
    if video.transfer:
        filters.append(_TONE_MAP)
    filters.append("format=yuvj420p")
    return [
        *open_input(source, url, min(source.duration_s * 0.1, 60.0)),
        "-map", f"0:{video.index}", "-vf", ",".join(filters), *_jpeg(file, frames=1),
    ]  # fmt: skip


def _h264(plan: Plan, rendition: VideoRendition, threads: int) -> list[str]:
    gop = str(plan.gop_frames)
    return [
        "-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-crf", f"{rendition.crf:g}",
        "-maxrate", str(rendition.max_rate), "-bufsize", str(2 * (rendition.max_rate or 0)),
        "-g", gop, "-keyint_min", gop, "-sc_threshold", "0", "-flags", "+cgop", "-threads", str(threads),
    ]  # fmt: skip


def _segments(folder: Path, name: str, cut: list[str]) -> list[str]:
    return [
        "-muxdelay", "0", "-muxpreload", "0", "-avoid_negative_ts", "disabled", "-map_metadata", "-1",
        "-f", "segment", "-segment_format", "mpegts", "-segment_format_options", f"output_ts_offset={TIMELINE_OFFSET_S}",
        *cut, "-segment_list", "pipe:1", "-segment_list_type", "csv", "-segment_list_entry_prefix", f"{name}/",
        str(folder / name / SEGMENT_NAME),
    ]  # fmt: skip
