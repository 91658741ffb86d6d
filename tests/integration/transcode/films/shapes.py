"""Pictures that are turned, mirrored or stretched, of sizes that no encoder likes, and two in one file."""

from tests.integration.transcode.films.making import PLAIN, Film, again, encoded
from tests.integration.transcode.films.options import FFV1, FLAC, MP2, MPEG2, OPUS, USUAL, VP8, X264
from tests.integration.transcode.scene import picture, sound

TURNED_90 = ("lime", "yellow", "red", "blue")  # anticlockwise
TURNED_180 = ("yellow", "blue", "lime", "red")
TURNED_270 = ("blue", "red", "yellow", "lime")
LEFT_RIGHT = ("lime", "red", "yellow", "blue")
UPSIDE_DOWN = ("blue", "yellow", "red", "lime")

SHAPES = [
    Film("turned-90.mp4", again(PLAIN, before="-display_rotation 90"), size=(180, 320), corners=TURNED_90),
    Film("turned-180.mp4", again(PLAIN, before="-display_rotation 180"), corners=TURNED_180),
    Film("turned-270.mov", again(PLAIN, before="-display_rotation 270"), size=(180, 320), corners=TURNED_270),
    Film("selfie.mp4", again(PLAIN, before="-display_hflip"), corners=LEFT_RIGHT),
    Film("upside-down.mp4", again(PLAIN, before="-display_vflip"), corners=UPSIDE_DOWN),
    Film("anamorphic.mp4", encoded(f"-vf setsar=64/45 {USUAL}", picture("360x288"), sound()), size=(512, 288)),
    Film("anamorphic.mpg", encoded(f"-aspect 16:9 {MPEG2} -b:v 2M {MP2}", picture("352x288"), sound()), size=(512, 288)),
    Film("anamorphic.mkv", encoded(f"-aspect 2:1 {FFV1} {FLAC}", picture("320x240"), sound()), size=(480, 240)),
    Film("odd.mp4", encoded(f"{USUAL} -pix_fmt yuv444p", picture("321x181"), sound())),
    Film("odd.webm", encoded(f"{VP8} {OPUS}", picture("321x181"), sound())),
    Film("tiny.mp4", encoded(USUAL, picture("16x16"), sound()), size=(16, 16)),
    Film("tiniest.mkv", encoded(f"{FFV1} {FLAC}", picture("2x2"), sound()), size=(2, 2), corners=None, flash_s=None),
    Film("ribbon.mkv", encoded(f"{FFV1} {FLAC}", picture("4096x16"), sound()), size=(1920, 8), corners=None, flash_s=None),
    Film("huge.mp4", encoded(X264, picture("7680x4320", rate="2")), size=(1920, 1080), sounds=0, frames=20, frame_s=0.1),
    Film(
        "two-pictures.mp4",
        encoded(
            f"-map 0:v -map 1:v -map 2:a {USUAL} -disposition:v:0 0 -disposition:v:1 default",
            picture("160x90"),
            picture(),
            sound(),
        ),
    ),
]
