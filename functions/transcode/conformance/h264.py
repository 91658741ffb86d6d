"""Read parameter sets and the kinds of NAL units of H.264 (ITU-T H.264 sections 7.3 and 7.4). Nothing is decoded."""

from dataclasses import dataclass
from fractions import Fraction

SLICE, IDR, SPS, PPS = 1, 5, 7, 8
_SAR = {
    1: (1, 1), 2: (12, 11), 3: (10, 11), 4: (16, 11), 5: (40, 33), 6: (24, 11), 7: (20, 11), 8: (32, 11), 9: (80, 33),
    10: (18, 11), 11: (15, 11), 12: (64, 33), 13: (160, 99), 14: (4, 3), 15: (3, 2), 16: (2, 1),
}  # fmt: skip
_WITH_CHROMA = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135}


class BrokenParametersError(Exception):
    """A parameter set that cannot be read."""


@dataclass(frozen=True)
class PictureParameters:
    """What a sequence parameter set says. ``size`` is as shown: cropped, pixels made square."""

    profile: int
    constraints: int
    level: int
    size: tuple[int, int]
    is_progressive: bool

    @property
    def codec(self) -> str:
        """The name in CODECS (RFC 6381)."""
        return f"avc1.{self.profile:02x}{self.constraints:02x}{self.level:02x}"


@dataclass(frozen=True)
class PictureStart:
    """The start of a picture: kinds of NAL units up to its first slice, and its sequence parameter set."""

    kinds: tuple[int, ...]
    sps: bytes | None

    @property
    def slice_kind(self) -> int | None:
        """The kind of its first slice; None where none was found."""
        return next((k for k in self.kinds if k in (SLICE, IDR, 2)), None)


def read_start(media: bytes) -> PictureStart:
    """Look through the NAL units at the start of a picture, up to the first slice."""
    kinds: list[int] = []
    sps = None
    at = media.find(b"\0\0\1")
    while at >= 0 and at + 3 < len(media):
        kind = media[at + 3] & 0x1F
        following = media.find(b"\0\0\1", at + 4)
        kinds.append(kind)
        if kind == SPS and sps is None:
            sps = media[at + 3 : following if following >= 0 else len(media)].rstrip(b"\0")
        if kind in (SLICE, IDR, 2):
            break
        at = following
    return PictureStart(tuple(kinds), sps)


def read_parameters(sps: bytes) -> PictureParameters:
    """Parse a sequence parameter set. Raises BrokenParametersError."""
    bits = _Bits(sps[1:].replace(b"\0\0\3", b"\0\0"))
    profile, constraints, level = bits.take(8), bits.take(8), bits.take(8)
    bits.unsigned()
    chroma, has_planes = _chroma(bits) if profile in _WITH_CHROMA else (1, 0)
    bits.unsigned()
    _skip_order(bits)
    bits.unsigned()
    bits.take(1)
    width, height = 16 * (bits.unsigned() + 1), 16 * (bits.unsigned() + 1)
    frames_only = bits.take(1)
    height *= 2 - frames_only
    if not frames_only:
        bits.take(1)
    bits.take(1)
    if bits.take(1):
        across = 1 if chroma in (0, 3) or has_planes else 2
        down = (2 if chroma == 1 and not has_planes else 1) * (2 - frames_only)
        left, right, top, bottom = (bits.unsigned() for _ in range(4))
        width, height = width - across * (left + right), height - down * (top + bottom)
    if width <= 0 or height <= 0:
        raise BrokenParametersError("no picture is left after cropping")
    shape = _shape(bits) if bits.take(1) else Fraction(1)
    return PictureParameters(profile, constraints, level, (round(width * shape), height), bool(frames_only))


def _chroma(bits: "_Bits") -> tuple[int, int]:
    """The chroma format and whether its planes are coded apart; what follows them is passed over."""
    chroma = bits.unsigned()
    has_planes = bits.take(1) if chroma == 3 else 0
    bits.unsigned()
    bits.unsigned()
    bits.take(1)
    if bits.take(1):
        for number in range(8 if chroma != 3 else 12):
            if bits.take(1):
                _skip_scaling_list(bits, 16 if number < 6 else 64)
    return chroma, has_planes


def _skip_order(bits: "_Bits") -> None:
    """Pass over how pictures are put in order."""
    kind = bits.unsigned()
    if kind == 0:
        bits.unsigned()
    elif kind == 1:
        bits.take(1)
        bits.unsigned()
        bits.unsigned()
        for _ in range(min(bits.unsigned(), 255)):
            bits.unsigned()


def _shape(bits: "_Bits") -> Fraction:
    """The aspect ratio of a pixel, from the start of the VUI."""
    if not bits.take(1):
        return Fraction(1)
    kind = bits.take(8)
    across, down = (bits.take(16), bits.take(16)) if kind == 255 else _SAR.get(kind, (1, 1))
    return Fraction(across, down) if across and down else Fraction(1)


def _skip_scaling_list(bits: "_Bits", size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            coded = bits.unsigned()
            following = (last + ((coded + 1) // 2 if coded % 2 else -(coded // 2))) % 256
        last = following or last


class _Bits:
    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data[:512], "big")
        self._left = 8 * len(data[:512])

    def take(self, count: int) -> int:
        if count > self._left:
            raise BrokenParametersError("ends too early")
        self._left -= count
        return self._value >> self._left & (1 << count) - 1

    def unsigned(self) -> int:
        """An Exp-Golomb code (9.1)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 32:
                raise BrokenParametersError("a number is too long")
        return (1 << zeros) - 1 + self.take(zeros)
