"""Command lines of ffmpeg: pure functions from a plan to a list of arguments.

Every open is pinned: one demuxer, a whitelist of formats and protocols. All outputs share one timeline: the container's
start is 0 (``-copyts -start_at_zero``) and every muxer adds the same 10 s, so that nothing before 0 has to be cut.
Segments are announced on standard output, a line each (``<rendition>/<file>,<start>,<end>``), when they are whole.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from functions.transcode.chunks import PREROLL_PACKETS, SOUND_GRID, SOUND_RATE, Copied, first_packet, grid_edges
from functions.transcode.filters import limited, scaled, smaller, stereo, still
from functions.transcode.ladder import AUDIO_BITS_PER_S, fit
from functions.transcode.mpegts import TIMELINE_OFFSET_S
from functions.transcode.plan import CaptionRendition, Plan, VideoRendition, ends_early
from functions.transcode.source import Source, VideoTrack
from functions.transcode.storyboard import COLUMNS, SHEET_NAME, Storyboard

_GENERAL = ("-hide_banner", "-nostdin", "-loglevel", "level+warning")
SEGMENT_NAME = "%05d.ts"
TABLES_EVERY_S = 3600  # once in a segment; at the muxer's usual tenth of a second they are a sixth of a segment of sound
# How full a player's buffer is taken to be where a chunk begins: x264 starts a film with 0.9, but the chunk before has used it.
GOES_ON_WITH = 0.8
POSTER_BOX = 1280, 720  # long and short side
NETWORK_PROTOCOLS = "http,https,tcp,tls"  # never "file": whatever is uploaded cannot name what lies on the worker's disk


def open_input(
    source: Source, url: str, seek_s: float | None = None, threads: int | None = None, *, may_be_damaged: bool = True
) -> list[str]:
    """Read one file with the pinned demuxer and nothing else. ``threads`` are each decoder's; None: as many as ffmpeg likes.

    What can be decoded of a damaged stretch is shown; unless it ``may_be_damaged``, ffmpeg fails at its end.
    """
    formats = "mov,mp4,m4a,3gp,3g2,mj2" if source.demuxer == "mov" else source.demuxer
    arguments = [*_GENERAL]
    # A clock that jumps is set right by ffmpeg, which it does not do where times are to be kept.
    arguments += [] if source.has_jumps else ["-copyts", "-start_at_zero"]
    # Matroska does not find what lies before the first keyframe.
    if seek_s is not None and seek_s > max(0.0, source.video.start_s if source.video else 0.0):
        arguments += ["-noaccurate_seek", "-ss", f"{seek_s:.6f}"]
    is_remote = url.startswith("http")
    protocols = NETWORK_PROTOCOLS if is_remote else "file"
    arguments += ["-protocol_whitelist", protocols, "-format_whitelist", formats, "-f", source.demuxer]
    if source.demuxer == "mov":  # where a file is cut off, its last picture is half there
        arguments += ["-fflags", "+discardcorrupt"]
        arguments += ["-enable_drefs", "0", "-use_absolute_path", "0"]
    if is_remote:
        arguments += ["-reconnect", "1", "-reconnect_on_network_error", "1", "-reconnect_delay_max", "5"]
        arguments += ["-reconnect_on_http_error", "429,5xx"]
        arguments += ["-rw_timeout", "20000000"]  # microseconds
    arguments += ["-max_error_rate", "1" if may_be_damaged else "0"]
    arguments += [] if threads is None else ["-threads", str(threads)]
    # The filters of the picture are not to begin anew when its size changes on the way.
    return [*arguments, "-reinit_filter:v", "0", "-i", url]


def copy_chunk(source: Source, plan: Plan, picture: Copied | None, sound: Copied, url: str, folder: Path) -> list[str]:
    """Remux a stretch of the picture as it is, without decoding it, with the sound that can be copied too.

    Without a picture sound is decoded beside it, at a tenth of what encoding would cost: a browser gives up at a damaged packet.
    """
    if picture is None or plan.copied is None or source.video is None:
        start_s = None if sound.start_s is None else float(sound.start_s) - source.seek_margin_s
        arguments = open_input(source, url, start_s, may_be_damaged=False)
        for track in plan.copied_audio:
            arguments += ["-map", f"0:{track.index}", "-c", "pcm_s16le", *_stretch(sound), "-f", "null", "-"]
    else:
        arguments = open_input(source, url, None if picture.start_s is None else float(picture.start_s))
        arguments += _copied(source.video.index, plan.copied.name, picture, folder)
    for track in plan.copied_audio if sound.first != sound.end else []:
        arguments += _copied(track.index, track.name, sound, folder)
    return arguments


def _copied(index: int, name: str, part: Copied, folder: Path) -> list[str]:
    """One stream, from the first packet at or after a time (of a picture: the first keyframe)."""
    shift_s = part.start_s or Fraction(0)
    # `-ss` moves the timeline, the muxer's offset moves it back.
    segments = _segments(folder, name, _at(part.cuts_s), part.first, shift_s)
    return ["-map", f"0:{index}", "-c", "copy", *_stretch(part), *segments]


def _stretch(part: Copied) -> list[str]:
    taken = [] if part.start_s is None else ["-ss", f"{float(part.start_s):.3f}"]
    return taken if part.stop_s is None else [*taken, "-to", f"{float(part.stop_s):.3f}"]


def encode_chunk(
    source: Source, plan: Plan, tier: int, first: int, end: int, url: str | None, folder: Path, threads: int
) -> list[str]:
    """Encode the frames ``[first, end)`` into every rendition of a tier: one decode, each size scaled from the one above.

    ``threads`` are those of the decoder, of the filters and of each encoder. Without a ``url`` the pictures are black.
    """
    video = source.video
    if video is None:
        raise ValueError("the source has no picture")
    made = plan.encoded(tier)
    last = plan.last_moving_frame(video) if ends_early(source) else None
    from_s = plan.seconds(first if last is None else min(first, last)) - source.seek_margin_s
    if url is None:
        video = video.model_copy(update={"index": 0, "is_interlaced": False})
        arguments = _black(plan, video, first)
    else:
        arguments = open_input(source, url, from_s if source.is_seekable else None, threads)
    arguments += ["-filter_complex_threads", str(threads)]
    arguments += ["-filter_complex", picture_graph(video, plan, made, first, end - first, last=last)]
    edges = range(plan.segment_frames, end - first, plan.segment_frames)
    for rendition in made:
        arguments += ["-map", f"[{rendition.name}]", "-fps_mode", "passthrough", *_h264(plan, rendition, threads)]
        arguments += ["-rc_init_occupancy", str(round(GOES_ON_WITH * _buffer_bits(rendition)))] if first else []
        cut = ["-segment_frames", ",".join(map(str, edges))] if edges else _at([])
        arguments += _segments(folder, rendition.name, cut, first // plan.segment_frames)
    return arguments


def _black(plan: Plan, video: VideoTrack, first: int) -> list[str]:
    width, height = video.display_size
    colour = f"color=c=black:s={width}x{height}:r={plan.frame_rate}"
    return [*_GENERAL, "-copyts", "-itsoffset", f"{plan.seconds(first):.6f}", "-f", "lavfi", "-i", colour]


def picture_graph(
    video: VideoTrack, plan: Plan, made: list[VideoRendition], first: int, frames: int, *, last: int | None = None
) -> str:
    """The filters of one chunk: make progressive, put on the frame grid, cut, then scale down in a cascade.

    ``last`` is a frame near the end of a picture that stops early; a chunk behind it is a still of what is shown then.
    """
    head = []
    if video.is_interlaced:
        head.append("bwdif=mode=send_frame:deint=interlaced")
    # `start_time` fills what is missing before the first picture with copies of it and drops what lies before the chunk.
    begin = first if last is None else min(first, last)
    head.append(f"fps={plan.frame_rate}:start_time={plan.seconds(begin):.9f}")
    head.append("tpad=stop=-1:stop_mode=clone")  # where the source ends early, or is damaged up to the end of the chunk
    skipped = f"start_frame={first - begin}:" if first > begin else ""
    head.append(f"trim={skipped}end_frame={first - begin + frames}")
    graph = [f"[0:{video.index}]{','.join(head)}[c0]"]
    for number, rendition in enumerate(made):
        shape = rendition.width, rendition.height
        above = made[number - 1]
        softened = (above.width, above.height) != video.display_size
        filters = smaller(*shape, softened=softened) if number else scaled(video, *shape)
        is_last = number == len(made) - 1
        tail = f"[{rendition.name}]" if is_last else f",split[{rendition.name}][c{number + 1}]"
        graph.append(f"[c{number}]{','.join(filters)}{tail}")
    return ";".join(graph)


def encode_sound(source: Source, plan: Plan, first: int, end: int | None, url: str, folder: Path) -> list[str]:
    """Encode the segments ``[first, end)`` of every track of sound that is not copied (``end`` None: to the last).

    All chunks lie on one grid of packets. A chunk that does not begin the track encodes half a second before its own and drops
    it as a segment of its own, so the encoder is in the state that one pass would have brought it to; so no seam is heard.
    """
    start = first_packet(plan.segment_s, first)
    lead = max(0, start - PREROLL_PACKETS) if first else 0
    last = math.ceil(source.duration_s * SOUND_RATE / SOUND_GRID) if end is None else first_packet(plan.segment_s, end) + 2
    inner = range(first + 1, len(grid_edges(plan.segment_s, source.duration_s)) - 1 if end is None else end + 1)
    cuts = [*([start] if first else []), *(first_packet(plan.segment_s, n) for n in inner)]
    # The encoder's first packet lies one before its first sample. Half a packet early, rounding cannot move a cut.
    cuts_s = [(cut - lead + 0.5) * SOUND_GRID / SOUND_RATE for cut in cuts]
    from_s = lead * SOUND_GRID / SOUND_RATE
    arguments = open_input(source, url, from_s - source.seek_margin_s if source.is_seekable else None)
    # First every format that comes up in a track becomes one, by filters that begin anew with each; decoded again, that is
    # put on the grid by filters that see no change. A sample of silence stands for a stretch without sound.
    for track in plan.encoded_audio:
        one_format = [
            *stereo(source.sound(track.index)),
            f"atrim=end={last * SOUND_GRID / SOUND_RATE + 1:.6f}",
            "apad=whole_len=1",
        ]
        arguments += ["-map", f"0:{track.index}", "-af", ",".join(one_format), "-c", "pcm_f32le", "-f", "null", "-"]
    for number, track in enumerate(plan.encoded_audio):
        # async fills holes with silence, first_pts also a late start: sound stays where it belongs under the picture.
        on_grid = [
            f"aresample={SOUND_RATE}:async=1:first_pts={lead * SOUND_GRID}",
            limited(source.sound(track.index)),
            "apad",
            f"asetpts=N+{lead * SOUND_GRID}",
            f"atrim=end_sample={(last - lead) * SOUND_GRID}",
        ]
        arguments += ["-dec", f"{number}:0", "-filter_complex", f"[dec:{number}]{','.join(on_grid)}[{track.name}]"]
        arguments += ["-map", f"[{track.name}]", "-c", "aac", "-b:a", str(AUDIO_BITS_PER_S), "-ac", "2", "-ar", str(SOUND_RATE)]
        arguments += _segments(folder, track.name, _at(cuts_s), first - 1 if first else 0)
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


def storyboard(board: Storyboard, keyframes: Path, folder: Path) -> list[str]:
    """Sheets of small pictures from a file of keyframes, each of which is one picture of them."""
    filters = still([f"scale={board.width}:{board.height}", "setsar=1"], [f"tile={COLUMNS}x{board.rows}"])
    return [
        "-hide_banner", "-nostdin", "-loglevel", "error", "-protocol_whitelist", "file", "-format_whitelist", "mpegts",
        "-f", "mpegts", "-i", str(keyframes), "-vf", filters, "-fps_mode", "passthrough",
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
    size = fit(*video.display_size, POSTER_BOX)
    seek_s = min(source.duration_s * 0.1, 60.0) - source.seek_margin_s if source.is_seekable else None
    return [
        *open_input(source, url, seek_s),
        "-map", f"0:{video.index}", "-vf", still(["thumbnail=24", *scaled(video, *size)]), *_jpeg(file, frames=1),
    ]  # fmt: skip


def _h264(plan: Plan, rendition: VideoRendition, threads: int) -> list[str]:
    gop = str(plan.gop_frames)
    return [
        "-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-crf", f"{rendition.crf:g}",
        "-maxrate", str(rendition.max_rate), "-bufsize", str(_buffer_bits(rendition)),
        "-g", gop, "-keyint_min", gop, "-sc_threshold", "0", "-flags", "+cgop", "-threads", str(threads),
    ]  # fmt: skip


def _buffer_bits(rendition: VideoRendition) -> int:
    return 2 * (rendition.max_rate or 0)


def _at(cuts_s: Sequence[float]) -> list[str]:
    return ["-segment_times", ",".join(f"{cut:.6f}" for cut in cuts_s)] if cuts_s else ["-segment_time", "1000000"]


def _segments(folder: Path, name: str, cut: list[str], first: int, shift_s: Fraction = Fraction(0)) -> list[str]:
    muxer = f"output_ts_offset={float(TIMELINE_OFFSET_S + shift_s):.10g}:pat_period={TABLES_EVERY_S}"
    return [
        "-muxdelay", "0", "-muxpreload", "0", "-avoid_negative_ts", "disabled", "-map_metadata", "-1",
        "-f", "segment", "-segment_format", "mpegts", "-segment_format_options", muxer,
        *cut, "-segment_start_number", str(first),
        "-segment_list", "pipe:1", "-segment_list_type", "csv", "-segment_list_entry_prefix", f"{name}/",
        str(folder / name / SEGMENT_NAME),
    ]  # fmt: skip
