"""Files that cannot be shown: no films at all, torn ones, codecs that nobody knows, and encrypted ones."""

from tests.integration.transcode.films.making import Maker, Refused, encoded, patched, replaced
from tests.integration.transcode.films.options import AAC, FLAC, USUAL, X265
from tests.integration.transcode.scene import picture, sound


def _written(data: bytes) -> Maker:
    return lambda path: path.write_bytes(data)


def _scrambled(data: bytes) -> bytes:
    """Every packet of media with transport_scrambling_control set, and its payload changed."""
    packets = [bytearray(data[at : at + 188]) for at in range(0, len(data), 188)]
    for packet in packets:
        if (packet[1] & 0x1F) << 8 | packet[2] >= 0x100 and (packet[1] & 0x1F) << 8 | packet[2] not in (0x1000, 0x1FFF):
            packet[3] |= 0x80
            packet[60:] = bytes(byte ^ 0x5A for byte in packet[60:])
    return b"".join(packets)


def _sample_aes(data: bytes) -> bytes:
    """The program map with the stream types of SAMPLE-AES."""
    found = bytearray(data)
    for at in range(0, len(data), 188):
        if (data[at + 1] & 0x1F) << 8 | data[at + 2] == 0x1000:
            begin = at + 5 + data[at + 4]
            end = begin + 3 + ((data[begin + 1] & 0x0F) << 8 | data[begin + 2]) - 4
            entry = begin + 12 + ((data[begin + 10] & 0x0F) << 8 | data[begin + 11])
            while entry < end:
                found[entry] = {0x1B: 0xDB, 0x0F: 0xCF}[found[entry]]
                entry += 5 + ((data[entry + 3] & 0x0F) << 8 | data[entry + 4])
            found[end : end + 4] = _crc32_mpeg(found[begin:end]).to_bytes(4)
    return bytes(found)


def _crc32_mpeg(data: bytes | bytearray) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    return crc


_CENC = f"-encryption_scheme cenc-aes-ctr -encryption_key {1:032} -encryption_kid {2:032}"
_BROADCAST = encoded(f"{USUAL} -g 25")
REFUSED = [
    Refused("text.mp4", _written(b"This is not a film at all.\n" * 100), "not_a_video"),
    Refused("empty.mp4", _written(b""), "not_a_video"),
    Refused("archive.mp4", _written(b"PK\x03\x04" + bytes(5000)), "not_a_video"),
    Refused("photo.mov", encoded("-c:v png -frames:v 1 -f image2", picture()), "not_a_video"),
    Refused("noise.mkv", _written(b"\x1aE\xdf\xa3" + bytes(range(256)) * 400), "corrupt"),
    Refused("zeros.ts", _written((b"\x47\x01\x00\x10" + bytes(184)) * 400), "corrupt"),
    Refused("no-index.mp4", patched(encoded(USUAL), lambda data: data[: data.index(b"moov") - 4]), "corrupt"),
    Refused("unknown.mp4", replaced(encoded(USUAL), b"avc1", b"zzzz"), "unsupported_codec"),
    Refused("unknown.mkv", replaced(encoded(USUAL), b"V_MPEG4/ISO/AVC", b"V_MPEG9/ISO/AVC"), "unsupported_codec"),
    Refused("unknown.mka", replaced(encoded(FLAC, sound()), b"A_FLAC", b"A_ZLAC"), "unsupported_codec"),
    Refused(
        "dolby-vision-5.mp4",
        replaced(encoded(f"{X265} -pix_fmt yuv420p10le -tag:v hvc1 {AAC}"), b"hvc1", b"dvh1"),
        "unsupported_codec",
    ),
    Refused("rented.mp4", replaced(encoded(USUAL), b"avc1", b"drmi"), "encrypted"),
    Refused("cenc.mp4", encoded(f"{USUAL} {_CENC}"), "encrypted"),
    Refused("scrambled.ts", patched(_BROADCAST, _scrambled), "encrypted"),
    Refused("sample-aes.ts", patched(_BROADCAST, _sample_aes), "encrypted"),
]
