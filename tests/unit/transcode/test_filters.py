"""Filters that make every picture SDR and every sound stereo."""

import re

import pytest

from functions.transcode.filters import scaled, sdr_matrix, stereo
from tests.unit.transcode.sources import picture, sound


@pytest.mark.parametrize("layout", ["3.0", "4.0", "quad", "5.0", "5.1", "5.1(side)", "6.1", "7.1"])
def test_every_channel_but_the_lfe_is_heard_on_its_own_side(layout: str) -> None:
    channels = {"3.0": 3, "4.0": 4, "quad": 4, "5.0": 5, "5.1": 6, "5.1(side)": 6, "6.1": 7, "7.1": 8}[layout]
    mix, limiter = stereo(sound(channels=channels, layout=layout))
    left, right = (dict(re.findall(r"([A-Z]+)()", side)) for side in mix.removeprefix("pan=stereo|").split("|"))
    assert not {"FR", "SR", "BR", "LFE"} & left.keys()
    assert not {"FL", "SL", "BL", "LFE"} & right.keys()
    heard = len(left.keys() | right.keys())
    assert heard == channels - (layout[-2:] == ".1" or ".1(" in layout)
    assert limiter.startswith("alimiter")


@pytest.mark.parametrize("layout", ["", "5.1", "hexadecagonal"])
def test_of_channels_whose_places_are_unknown_the_first_two_are_heard(layout: str) -> None:
    assert stereo(sound(channels=16, layout=layout)) == ["pan=stereo|c0=c0|c1=c1"]


def test_stereo_stays_and_mono_is_as_loud_as_before() -> None:
    assert stereo(sound(channels=2)) == []
    assert stereo(sound(channels=1)) == ["pan=stereo|c0=c0|c1=c0"]


@pytest.mark.parametrize(
    ("changes", "has_tone_map", "has_gamut"),
    [
        ({}, False, False),
        ({"transfer": "pq"}, True, True),
        ({"transfer": "hlg"}, True, True),
        ({"primaries": "bt2020"}, False, True),
    ],
)
def test_only_hdr_is_tone_mapped_and_only_a_wide_gamut_is_made_smaller(
    changes: dict[str, str], has_tone_map: bool, has_gamut: bool
) -> None:
    chain = ",".join(scaled(picture(**changes), 640, 360))
    assert ("tonemap" in chain, "zscale=p=bt709" in chain) == (has_tone_map, has_gamut)
    assert chain.endswith("format=yuv420p")


@pytest.mark.parametrize(
    ("changes", "matrix"),
    [
        ({}, "bt709"),
        ({"matrix": "smpte170m"}, "smpte170m"),
        ({"matrix": "fcc"}, "bt709"),
        ({"matrix": "smpte170m", "transfer": "pq"}, "bt709"),
        ({"matrix": "bt2020", "primaries": "bt2020"}, "bt709"),
    ],
)
def test_sd_keeps_its_colours_and_all_else_becomes_bt709(changes: dict[str, str], matrix: str) -> None:
    assert sdr_matrix(picture(**changes)) == matrix
    assert re.search(rf":(colorspace|m)={matrix}(?!.*:(colorspace|m)=)", ",".join(scaled(picture(**changes), 640, 360)))
