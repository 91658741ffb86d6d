"""Playlists from rows."""

from decimal import Decimal

import m3u8
from hypothesis import given
from hypothesis import strategies as st

from functions.transcode import playlists
from matinee.db.streams import RenditionState, Segment


def segments(*seconds: str, size: int = 500_000) -> list[Segment]:
    start, found = Decimal(0), []
    for ordinal, duration in enumerate(seconds):
        found.append(Segment(ordinal, start, Decimal(duration), size))
        start += Decimal(duration)
    return found


def picture(name: str = "v360", height: int = 360, *, is_whole: bool = True, made: list[Segment] | None = None) -> RenditionState:
    return RenditionState(
        name=name, kind="video", task_kind="encode", tier=0, position=0, width=height * 16 // 9, height=height,
        frame_rate=Decimal("29.970"), codecs="avc1.64001e", target_s=4, is_whole=is_whole,
        segments=segments("4.004", "4.004", "2.5") if made is None else made,
    )  # fmt: skip


def sound(name: str = "a0", label: str = "English", language: str | None = "en", *, is_default: bool = True) -> RenditionState:
    return RenditionState(
        name=name, kind="audio", task_kind="audio", tier=0, position=0, codecs="mp4a.40.2", language=language, label=label,
        is_default=is_default, target_s=5, is_whole=True, segments=segments("4", "4", "2.5", size=64_000),
    )  # fmt: skip


def test_a_growing_rendition_is_an_event_without_an_end() -> None:
    parsed = m3u8.loads(playlists.media_playlist(picture(is_whole=False), all_whole=False))
    assert parsed.playlist_type == "event"
    assert not parsed.is_endlist


def test_a_whole_rendition_is_vod_and_ends() -> None:
    parsed = m3u8.loads(playlists.media_playlist(picture(), all_whole=True))
    assert parsed.playlist_type == "vod"
    assert parsed.is_endlist
    assert [s.uri for s in parsed.segments] == ["00000.ts", "00001.ts", "00002.ts"]
    assert sum(s.duration for s in parsed.segments) == 10.508


def test_a_rendition_that_is_whole_before_the_others_ends_but_stays_an_event() -> None:
    parsed = m3u8.loads(playlists.media_playlist(picture(), all_whole=False))
    assert parsed.playlist_type == "event"
    assert parsed.is_endlist


def test_nothing_behind_a_hole_is_listed() -> None:
    made = segments("4", "4", "4", "4")
    del made[2]
    assert [s.ordinal for s in playlists.listed(made)] == [0, 1]
    assert "00003.ts" not in playlists.media_playlist(picture(made=made, is_whole=False), all_whole=False)


def test_nothing_is_listed_before_the_first_segment_is_there() -> None:
    assert playlists.listed(segments("4", "4")[1:]) == []


def test_the_multivariant_playlist_lists_pictures_largest_first_with_the_sound_as_a_group() -> None:
    text = playlists.multivariant_playlist(
        [picture("v360", 360), picture("v720", 720), sound(), sound("a1", "Español", "es", is_default=False)]
    )
    parsed = m3u8.loads(text)
    assert [p.uri for p in parsed.playlists] == ["v720/index.m3u8", "v360/index.m3u8"]
    assert [(m.name, m.language, m.default) for m in parsed.media] == [("English", "en", "YES"), ("Español", "es", "NO")]
    assert {p.stream_info.audio for p in parsed.playlists} == {"sound"}
    assert parsed.playlists[0].stream_info.codecs == "avc1.64001e,mp4a.40.2"
    assert parsed.playlists[0].stream_info.resolution == (1280, 720)


def test_sound_alone_is_a_variant_of_its_own() -> None:
    parsed = m3u8.loads(playlists.multivariant_playlist([sound()]))
    assert [p.uri for p in parsed.playlists] == ["a0/index.m3u8"]
    assert parsed.playlists[0].stream_info.codecs == "mp4a.40.2"


def test_rates_are_those_of_the_real_segments() -> None:
    made = segments("4", "4", "4")
    made[1] = Segment(1, Decimal(4), Decimal(4), 1_000_000)
    assert playlists.peak_rate(picture(made=made)) == 2_000_000
    assert playlists.average_rate(picture(made=made)) == 1_333_334


def test_a_label_cannot_break_out_of_its_quotes() -> None:
    text = playlists.multivariant_playlist([sound(label='A "B",URI="http://x"\n#EXT-X-ENDLIST')])
    parsed = m3u8.loads(text)
    assert [m.uri for m in parsed.media] == ["a0/index.m3u8"]
    assert "#EXT-X-ENDLIST" not in text.splitlines()


@given(st.lists(st.tuples(st.decimals("0.02", "12", places=6), st.integers(188, 10_000_000)), min_size=1, max_size=60))
def test_the_average_never_exceeds_the_peak(rows: list[tuple[Decimal, int]]) -> None:
    made = [Segment(n, Decimal(0), duration, size) for n, (duration, size) in enumerate(rows)]
    rendition = picture(made=made)
    assert playlists.peak_rate(rendition) > 0
    assert sum(Decimal(str(s.duration)) for s in m3u8.loads(playlists.media_playlist(rendition, all_whole=True)).segments) == sum(
        s.duration_s for s in made
    )
