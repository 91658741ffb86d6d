"""Every wrapping that phones, cameras, screen recorders and archives use."""

from tests.integration.transcode.films.making import Film, encoded
from tests.integration.transcode.films.options import (
    AC3,
    AMR,
    FASTSTART,
    MP2,
    MP3,
    MPEG2,
    OPUS,
    PCM,
    USUAL,
    VORBIS,
    VP8,
    VP9,
    X264,
)
from tests.integration.transcode.scene import picture, sound

WRAPPINGS = [
    Film("faststart.mp4", encoded(f"{USUAL} {FASTSTART}")),
    Film("index-at-end.mp4", encoded(USUAL)),
    Film("fragmented.mp4", encoded(f"{USUAL} -g 25 -movflags +frag_keyframe+empty_moov")),
    Film("dash.mp4", encoded(f"{USUAL} -g 25 -movflags +dash+global_sidx")),
    Film("quicktime.mov", encoded(f"{X264} {PCM}")),
    Film("h264.mkv", encoded(f"{X264} {VORBIS}")),
    Film("vp8.webm", encoded(f"{VP8} {VORBIS}")),
    Film("vp9.webm", encoded(f"{VP9} -b:v 1M {OPUS}")),
    Film("h264.ts", encoded(USUAL)),
    Film("camcorder.m2ts", encoded(f"{X264} {AC3} -f mpegts -mpegts_m2ts_mode 1")),
    Film("mpeg4.avi", encoded(f"-c:v mpeg4 -b:v 2M {MP3}")),
    Film("flash.flv", encoded(f"-c:v flv -b:v 2M {MP3} -ar 44100")),
    Film("h264.flv", encoded(USUAL)),
    Film("dvd.vob", encoded(f"{MPEG2} -b:v 2M {AC3} -f vob")),
    Film("mpeg1.mpg", encoded(f"-c:v mpeg1video -b:v 2M {MP2}")),
    Film("phone.3gp", encoded(f"-c:v h263 -b:v 1M {AMR}", picture("352x288"), sound()), size=(352, 288)),
    Film("theora.ogv", encoded(f"-c:v libtheora -q:v 8 {VORBIS}")),
    Film("windows.wmv", encoded("-c:v wmv2 -b:v 2M -c:a wmav2"), frames=51),
    Film("broadcast.mxf", encoded(f"{MPEG2} -b:v 4M {PCM}")),
]
