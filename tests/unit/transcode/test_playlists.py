"""Playlists from rows."""

from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate, pairwise

import m3u8
import pytest
from hypothesis import given, settings
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


def sound(
    name: str = "a0", label: str = "English", language: str | None = "en", *, is_default: bool = True, channels: int | None = None
) -> RenditionState:
    return RenditionState(
        name=name, kind="audio", task_kind="audio", tier=0, position=0, codecs="mp4a.40.2", language=language, label=label,
        is_default=is_default, channels=channels, target_s=5, is_whole=True, segments=segments("4", "4", "2.5", size=64_000),
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


@pytest.mark.parametrize(("channels", "declared"), [(None, "2"), (1, "1"), (2, "2"), (6, "6")])
def test_sound_says_how_many_channels_it_has_and_stereo_until_that_is_known(channels: int | None, declared: str) -> None:
    text = playlists.multivariant_playlist([picture(), sound(channels=channels)])
    assert [m.channels for m in m3u8.loads(text).media] == [declared]


def test_only_sound_has_channels() -> None:
    track = RenditionState(name="c0", kind="captions", task_kind="captions", tier=1, position=0, channels=2)
    text = playlists.multivariant_playlist([picture(), track])
    assert "SUBTITLES" in text
    assert "CHANNELS" not in text


def test_every_edition_has_an_early_playlist_of_its_own() -> None:
    assert playlists.early_playlist("") == "early.m3u8"
    assert playlists.early_playlist("-2") == "early-2.m3u8"
    assert playlists.early_playlist("-2", captions=True) == "early-2-captions.m3u8"


def with_keyframes() -> list[Segment]:
    """Two segments of 4 s with a keyframe every 2 s."""
    return [
        Segment(n, Decimal(4 * n), Decimal(4), 100_000, keyframes=[(376, 9_400, 4.0 * n), (50_000, 7_520, 4.0 * n + 2)])
        for n in (0, 1)
    ]


def test_keyframes_are_listed_as_ranges_of_their_segments() -> None:
    parsed = m3u8.loads(playlists.i_frame_playlist(picture(made=with_keyframes())))
    assert parsed.is_i_frames_only
    assert parsed.is_endlist
    assert parsed.playlist_type == "vod"
    assert parsed.target_duration == 2
    assert [(s.uri, s.byterange, s.duration) for s in parsed.segments] == [
        ("00000.ts", "9400@376", 2.0),
        ("00000.ts", "7520@50000", 2.0),
        ("00001.ts", "9400@376", 2.0),
        ("00001.ts", "7520@50000", 2.0),
    ]


def test_the_multivariant_playlist_lists_the_keyframes_of_every_picture_when_asked_to() -> None:
    renditions = [picture("v360", 360, made=with_keyframes()), picture("v720", 720, made=with_keyframes()), sound()]
    parsed = m3u8.loads(playlists.multivariant_playlist(renditions, i_frames=True))
    assert [p.uri for p in parsed.iframe_playlists] == ["v720/i-frames.m3u8", "v360/i-frames.m3u8"]
    first = parsed.iframe_playlists[0].iframe_stream_info
    assert (first.bandwidth, first.resolution, first.codecs) == (9_400 * 8 // 2, (1280, 720), "avc1.64001e")
    assert first.average_bandwidth == (9_400 + 7_520) * 8 // 4
    assert m3u8.loads(playlists.multivariant_playlist(renditions)).iframe_playlists == []
    assert m3u8.loads(playlists.multivariant_playlist([sound()], i_frames=True)).iframe_playlists == []


def test_chapters_are_named_as_session_data_where_there_are_some() -> None:
    data = m3u8.loads(playlists.multivariant_playlist([picture()], chapters=True)).session_data
    assert [(d.data_id, d.uri) for d in data] == [("com.apple.hls.chapters", "chapters.json")]
    assert not m3u8.loads(playlists.multivariant_playlist([picture()])).session_data


def test_a_picture_without_segments_has_no_keyframes() -> None:
    assert not m3u8.loads(playlists.i_frame_playlist(picture(made=[]))).segments


def test_keyframes_behind_a_hole_are_not_listed() -> None:
    made = with_keyframes()
    made.append(Segment(3, Decimal(12), Decimal(4), 100_000, keyframes=[(376, 9_400, 12.0)]))
    assert "00003.ts" not in playlists.i_frame_playlist(picture(made=made))


@st.composite
def measured_segments(draw: st.DrawFn) -> list[Segment]:
    """Segments of whole numbers of microseconds, each with at least the keyframe that it starts with."""
    found: list[Segment] = []
    start = draw(st.integers(0, 100_000))
    for ordinal in range(draw(st.integers(1, 20))):
        gaps = draw(st.lists(st.integers(20_000, 12_000_000), min_size=1, max_size=4))
        counts = draw(st.lists(st.integers(1, 10_000), min_size=2 * len(gaps), max_size=2 * len(gaps)))  # packets
        edges = [188 * n for n in accumulate(counts)]
        times = [start, *(start + t for t in accumulate(gaps[:-1]))]
        keyframes = [(a, b - a, t / 1_000_000) for a, b, t in zip(edges[::2], edges[1::2], times, strict=True)]
        seconds = Decimal(sum(gaps)) / 1_000_000
        found.append(Segment(ordinal, Decimal(start) / 1_000_000, seconds, edges[-1], keyframes=keyframes))
        start += sum(gaps)
    return found


@settings(deadline=None)
@given(measured_segments(), st.data())
def test_any_run_of_keyframes_lasts_as_long_as_it_says_and_lies_in_its_segments(made: list[Segment], data: st.DataObject) -> None:
    parsed = m3u8.loads(playlists.i_frame_playlist(picture(made=made)))
    listed = [Decimal(str(s.duration)) for s in parsed.segments]
    shown = [Decimal(str(time)) for s in made for *_, time in s.keyframes]
    end = made[-1].start_s + made[-1].duration_s
    assert len(listed) == len(shown)
    assert sum(listed) == end - made[0].start_s == sum(s.duration_s for s in made)
    first = data.draw(st.integers(0, len(listed)))
    last = data.draw(st.integers(first, len(listed)))
    assert sum(listed[first:last]) == [*shown, end][last] - [*shown, end][first]
    assert parsed.target_duration == max(1, *(int(s.quantize(Decimal(1), ROUND_HALF_UP)) for s in listed))
    sizes = {playlists.segment_name("video", s.ordinal): s.size_bytes for s in made}
    ranges = [(s.uri, *map(int, s.byterange.split("@"))) for s in parsed.segments]
    assert all(0 <= at < at + count <= sizes[uri] for uri, count, at in ranges)
    assert all(a[0] <= b[0] for a, b in pairwise(ranges))


@settings(deadline=None)
@given(measured_segments())
def test_the_rates_of_keyframes_are_those_of_their_bytes(made: list[Segment]) -> None:
    parsed = m3u8.loads(playlists.multivariant_playlist([picture(made=made)], i_frames=True))
    info = parsed.iframe_playlists[0].iframe_stream_info
    assert info.bandwidth >= info.average_bandwidth > 0
    bits = sum(count for s in made for _, count, _ in s.keyframes) * 8
    assert abs(info.average_bandwidth - bits / sum(s.duration_s for s in made)) <= 1
