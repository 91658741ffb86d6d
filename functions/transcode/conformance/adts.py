"""Read the frame headers of AAC in ADTS (ISO/IEC 14496-3 section 1.A.3)."""

from dataclasses import dataclass

SAMPLES = 1024  # of a frame
_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
_HEADER = 7


@dataclass(frozen=True)
class SoundParameters:
    """What every frame of a stream says. ``channels`` is 0 where the stream itself has to be asked."""

    object_type: int
    sample_rate: int
    channels: int

    @property
    def codec(self) -> str:
        """The name in CODECS (RFC 6381)."""
        return f"mp4a.40.{self.object_type}"


@dataclass(frozen=True)
class Frames:
    """Frames one behind the other; ``fault`` says where that ends early, ``rest`` how many bytes of a cut frame are left."""

    count: int
    parameters: SoundParameters | None
    fault: str = ""
    rest: int = 0


def read_frames(media: bytes) -> Frames:
    """Follow the frames from the first byte on."""
    at, count = 0, 0
    parameters: SoundParameters | None = None
    while at + _HEADER <= len(media):
        if media[at] != 0xFF or media[at + 1] & 0xF6 != 0xF0:
            return Frames(count, parameters, f"no frame at byte {at}")
        rate = media[at + 2] >> 2 & 15
        length = (media[at + 3] & 3) << 11 | media[at + 4] << 3 | media[at + 5] >> 5
        blocks = 1 + (media[at + 6] & 3)
        if rate >= len(_RATES) or length < _HEADER:
            return Frames(count, parameters, f"no frame at byte {at}")
        channels = (media[at + 2] & 1) << 2 | media[at + 3] >> 6
        here = SoundParameters((media[at + 2] >> 6) + 1, _RATES[rate], 8 if channels == 7 else channels)
        if parameters not in (None, here):
            return Frames(count, parameters, f"another kind of sound at byte {at}")
        parameters = here
        if at + length > len(media):
            break
        at, count = at + length, count + blocks
    return Frames(count, parameters, rest=len(media) - at)
