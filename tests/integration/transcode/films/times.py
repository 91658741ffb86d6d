"""Rates and clocks of all kinds, recordings that do not say how long they are, and tracks that begin late or end early."""

from tests.integration.transcode.films.making import PLAIN, File, Film, again, encoded, joined, lasting, late, patched, piped
from tests.integration.transcode.films.options import AAC, FASTSTART, FLAC, MP2, MPEG2, OPUS, USUAL, VORBIS, VP8, X264, X265
from tests.integration.transcode.scene import picture, sound

_UNEVEN = """-vf "select='not(mod(floor(t*2),2))+not(mod(n,3))+between(t,0.9,1.1)'" -fps_mode vfr"""
_MPG = encoded(f"{MPEG2} -b:v 2M {MP2}")
_TS = encoded(f"{USUAL} -g 25", *lasting(3))
_LATER_TS = again(File("part.ts", _TS), "-output_ts_offset 5000")
_WRAP_S = 2**33 / 90_000  # where the clock of MPEG begins anew

_RATES = [
    Film("ntsc.mp4", encoded(USUAL, picture(rate="30000/1001"), sound()), frames=60, frame_s=1001 / 30000),
    Film("film.mkv", encoded(f"{X264} {FLAC}", picture(rate="24000/1001"), sound()), frames=48, frame_s=1001 / 24000),
    Film("fast.mp4", encoded(f"{X265} -tag:v hvc1 {AAC}", picture(rate="120"), sound()), frames=120, frame_s=1 / 60),
    Film("slideshow.mp4", encoded(USUAL, picture(rate="2"), sound()), frames=20, frame_s=0.1),
    Film(
        "uneven.mp4",
        encoded(f"{_UNEVEN} {X265} {AAC}", picture(rate="30"), sound()),
        frames=54,
        frame_s=1 / 30,
        seconds=1.8,
        sound_s=2.0,
    ),
    Film("uneven-h264.mp4", encoded(f"{_UNEVEN} {USUAL}", picture(rate="30"), sound()), frames=42, frame_s=1.9 / 41),
]

_CLOCKS = [
    Film("edit-list.mp4", again(PLAIN, before="-ss 0.5"), frames=38, seconds=1.5, flash_s=0.5, tone_s=0.5),
    Film("open-gop.ts", encoded(f"{X265} -x265-params log-level=error:open-gop=1:keyint=12:min-keyint=12:bframes=3 {AAC}")),
    Film("open-gop.mp4", encoded(f"-c:v libx264 -x264-params open_gop=1:keyint=12:bframes=3 -pix_fmt yuv420p {AAC}")),
    Film("start-at-an-hour.ts", again(PLAIN, "-output_ts_offset 3600")),
    Film("wrap.ts", again(PLAIN, f"-output_ts_offset {_WRAP_S - 1.5}")),
    Film("wrap.mpg", again(File("wrap-source.mpg", _MPG), f"-output_ts_offset {_WRAP_S - 1.9}")),
    Film("jump.ts", joined(_TS, _LATER_TS), frames=150, seconds=6),
    Film("jump-back.ts", joined(_LATER_TS, _TS), frames=150, seconds=6),
    Film("jump-back.mpg", joined(_MPG, _MPG), frames=100, seconds=4),
    Film("mid-packet.ts", patched(encoded(f"{USUAL} -g 25"), lambda data: data[100:]), corners=None, seconds=2),
    # its flash comes between the seam of two chunks, at 4 s, and the next keyframe
    Film(
        "seam.ts",
        encoded(f"{MPEG2} -b:v 1M -g 75 {MP2}", picture(seconds=9, flash_s=4.2), sound(seconds=9)),
        frames=225,
        seconds=9,
        flash_s=4.2,
    ),
]

_WITHOUT_DURATION = [
    Film("no-duration.webm", piped(f"{VP8} {OPUS} -f webm")),
    Film("no-duration.mkv", piped(f"{USUAL} -g 25 -f matroska")),
    Film("no-duration.flv", piped(f"{USUAL} -f flv")),
    Film("no-duration.mp4", piped(f"{USUAL} -g 25 -movflags +frag_keyframe+empty_moov+default_base_moof -f mp4")),
]

_BEGINNINGS_AND_ENDS = [
    Film("late-picture.mkv", encoded(USUAL, late(0.5, picture()), sound()), frames=63, seconds=2.5, flash_s=1.5),
    Film("late-sound.mp4", encoded(USUAL, picture(), late(0.5, sound(seconds=1.5))), tone_s=1.5),
    Film("picture-ends-early.mp4", encoded(USUAL, picture(seconds=0.2), sound()), flash_s=None),
    # its second chunk begins before the first keyframe
    Film("much-later-picture.mkv", encoded(USUAL, late(20, picture()), sound(seconds=22)), frames=550, seconds=22, flash_s=21.0),
    Film("sound-ends-early.mp4", encoded(f"{USUAL} -g 50", picture(seconds=9), sound()), frames=225, seconds=9),
    # later chunks of the sound find none
    Film(
        "sound-ends-long-before.mkv",
        encoded(f"{X264} -g 50 {VORBIS}", picture(rate="10", seconds=150), sound()),
        frames=1500,
        frame_s=0.1,
        seconds=150,
    ),
    Film(
        "cover-and-song.mp4",
        encoded(f"{USUAL} {FASTSTART}", picture(rate="1", seconds=1), sound(seconds=9)),
        frames=90,
        frame_s=0.1,
        seconds=9,
        flash_s=None,
    ),
]

TIMES = [*_RATES, *_CLOCKS, *_WITHOUT_DURATION, *_BEGINNINGS_AND_ENDS]
