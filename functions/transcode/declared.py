"""How long a file is by its own word, from its first bytes alone: one that is shorter was cut off on its way here."""

_EBML, _SEGMENT = b"\x1aE\xdf\xa3", b"\x18S\x80g"  # RFC 8794 11.2.1, RFC 9559 5.1
_PARTITION = b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01"  # SMPTE ST 377-1 7.1: the key of a partition pack
_FOOTER_OFFSET = 24  # in the value of a partition pack: two versions, the grid, this partition, the one before


def declared_bytes(head: bytes) -> int | None:
    """The least that the file must have, for Matroska and MXF; None where it does not say, or in other formats."""
    if head.startswith(_EBML):
        return _matroska(head)
    return _mxf(head) if head.startswith(_PARTITION) else None


def _matroska(head: bytes) -> int | None:
    header = _vint(head, len(_EBML))
    if header is None or header[0] is None:
        return None
    segment = header[0] + header[1]
    size = _vint(head, segment + len(_SEGMENT)) if head[segment:].startswith(_SEGMENT) else None
    return None if size is None or size[0] is None else size[0] + size[1]


def _vint(data: bytes, at: int) -> tuple[int | None, int] | None:
    """An EBML size (RFC 8794 4): its value, None for "unknown", and where what it counts begins."""
    if at >= len(data) or not data[at]:
        return None
    length = 9 - data[at].bit_length()
    bits = int.from_bytes(data[at : at + length]) & (1 << 7 * length) - 1
    return None if bits == (1 << 7 * length) - 1 else bits, at + length


def _mxf(head: bytes) -> int | None:
    at = 16  # behind the key stands the length, in BER
    at += 1 + (head[at] & 0x7F if head[at] & 0x80 else 0)
    return int.from_bytes(head[at + _FOOTER_OFFSET : at + _FOOTER_OFFSET + 8]) or None
