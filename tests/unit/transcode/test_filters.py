"""Filters that make every picture SDR and every sound stereo."""

import re
import subprocess

import pytest

from functions.transcode.ffmpeg import binary
from functions.transcode.filters import limited, scaled, sdr_matrix, stereo
from functions.transcode.source import AudioTrack
from tests.unit.transcode.sources import picture, sound

FRONT, SURROUND, BACK = 0.7071, 0.7071, 0.5
GAINS = {
    "FL": (1, 0), "FR": (0, 1), "FC": (FRONT, FRONT), "LFE": (0, 0), "BC": (BACK, BACK),
    "BL": (SURROUND, 0), "BR": (0, SURROUND), "SL": (SURROUND, 0), "SR": (0, SURROUND),
}  # fmt: skip
LAYOUTS = {
    "stereo": "FL FR",
    "3.0": "FL FR FC",
    "4.0": "FL FR FC BC",
    "quad": "FL FR BL BR",
    "5.0": "FL FR FC BL BR",
    "5.1": "FL FR FC LFE BL BR",
    "5.1(side)": "FL FR FC LFE SL SR",
    "6.1": "FL FR FC LFE BC SL SR",
    "7.1": "FL FR FC LFE BL BR SL SR",
}


def peaks(track: AudioTrack, sounding: int) -> tuple[float, ...]:
    """How loud each side is when one channel sounds, as a share of it."""
    channels = "|".join("0.5*sin(2*PI*1000*t)" if n == sounding else "0" for n in range(track.channels))
    chain = [f"aevalsrc='{channels}':d=0.2:c={track.layout}", *stereo(track), limited(track), "astats=measure_overall=none"]
    done = subprocess.run(
        [binary(), "-hide_banner", "-f", "lavfi", "-i", ",".join(chain), "-f", "null", "-"],
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    return tuple(float(level) / 0.5 for level in re.findall(r"Max level: ([0-9.-]+)", done.stderr))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_channel_but_the_lfe_is_heard_on_its_own_side_as_itu_r_bs_775_says(layout: str) -> None:
    names = LAYOUTS[layout].split()
    track = sound(channels=len(names), layout=layout)
    assert [peaks(track, n) for n in range(len(names))] == [pytest.approx(GAINS[name], abs=0.01) for name in names]


def test_mono_is_as_loud_as_before() -> None:
    assert peaks(sound(channels=1, layout="mono"), 0) == pytest.approx((1, 1), abs=0.01)


@pytest.mark.parametrize("layout", ["", "5.1", "hexadecagonal"])
def test_of_channels_whose_places_are_unknown_the_first_two_are_heard(layout: str) -> None:
    assert stereo(sound(channels=16, layout=layout))[0] == "pan=stereo|c0=c0|c1=c1"


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
