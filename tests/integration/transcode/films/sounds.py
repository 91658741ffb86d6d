"""Sound alone, in every wrapping, of one channel up to eight and in several languages; and no sound at all."""

from tests.integration.transcode.films.making import Film, encoded
from tests.integration.transcode.films.options import AC3, AMR, FLAC, MP3, OPUS, PCM, USUAL, VORBIS, X264
from tests.integration.transcode.scene import picture, sound

_SONGS = {
    "song.mp3": MP3,
    "song.m4a": "-c:a aac",
    "song.aac": "-c:a aac",
    "song.flac": FLAC,
    "song.wav": PCM,
    "song.ogg": VORBIS,
    "song.opus": OPUS,
    "song.aiff": "-c:a pcm_s16be",
    "song.wma": "-c:a wmav2",
    "song.mka": AC3,
    "song.ac3": AC3,
    "song.w64": "-c:a pcm_s24le",
    "song.wv": "-c:a wavpack",
    "song.au": "-c:a pcm_s16be",
    "memo.amr": AMR,
    "large.wav": f"{PCM} -rf64 always",
}
SOUNDS = [
    Film("mute.mp4", encoded(X264, picture()), sounds=0),
    *(Film(name, encoded(options, sound()), size=None) for name, options in _SONGS.items()),
    Film("dialogue.mp4", encoded(f"{USUAL} -ac 1", picture(), sound(1))),
    Film("surround.mkv", encoded(f"{X264} -c:a eac3", picture(), sound(6))),
    Film("surround-7.1.mkv", encoded(f"{X264} {FLAC}", picture(), sound(8))),
]

LANGUAGES = Film(
    "languages.mkv",
    encoded(
        f"-map 0:a -map 0:a -map 0:a {AC3} -metadata:s:a:0 language=eng -metadata:s:a:1 language=fre -metadata:s:a:2 language=eng"
        " -metadata:s:a:2 title=Commentary -disposition:a:0 0 -disposition:a:1 default",
        sound(),
    ),
    size=None,
    sounds=3,
)


def _surround(name: str, *sounding: int, level: float = 0.5) -> Film:
    """Surround sound with the tone in these channels."""
    return Film(f"5.1-{name}.mka", encoded(FLAC, sound(6, sounding, level=level)), size=None)


CENTRE_GAIN = 0.7071
CHANNELS = {  # and the peaks of the stereo sound that is to become of them
    "left": (_surround("left", 0), (0.5, 0.0)),
    "right": (_surround("right", 1), (0.0, 0.5)),
    "centre": (_surround("centre", 2), (0.5 * CENTRE_GAIN, 0.5 * CENTRE_GAIN)),
    "lfe": (_surround("lfe", 3), (0.0, 0.0)),
    "left surround": (_surround("left-surround", 4), (0.5 * CENTRE_GAIN, 0.0)),
    "right surround": (_surround("right-surround", 5), (0.0, 0.5 * CENTRE_GAIN)),
}
ALL_LOUD = _surround("loud", 0, 1, 2, 3, 4, 5, level=0.99)
