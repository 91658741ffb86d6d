"""What the multivariant playlist says, held against what was measured in the segments."""

from collections.abc import Collection, Mapping

from functions.transcode.conformance.multivariant import Multivariant, Track, Variant
from functions.transcode.conformance.playlist import Note
from functions.transcode.conformance.rates import check_rates
from functions.transcode.conformance.rendition import Rendition
from functions.transcode.conformance.segment import BRIDGED_S
from functions.transcode.conformance.transport import CLOCK_HZ, unwrapped

SOUND_START_TOLERANCE_S = 0.2  # tracks of an original seldom begin on one tick; players bridge that much
_TEXT = ("wvtt", "stpp")
_RATE_ROUNDING = 0.0006  # three decimals


def check_declared(found: Multivariant, renditions: Mapping[str, Rendition], note: Note) -> None:
    """Check every variant and every rendition of sound that was measured."""
    for variant in found.variants:
        own = renditions.get(variant.path or "")
        if own is None:
            continue
        sound = _measured(found.companions(variant, "AUDIO"), renditions)
        texts = _measured(found.companions(variant, "SUBTITLES"), renditions)
        _check_codecs(variant, [own, *sound], note)
        if variant.has_picture:
            _check_picture(variant, own, note)
        groups = [[(r.sizes, r.playlist.target_s) for r in group] for group in (sound, texts)]
        # Sound alone is a member of its own group, of which one plays.
        alone = ([], 1) if any(r is own for r in sound) else (own.sizes, own.playlist.target_s)
        check_rates(variant, alone, groups, all(r.playlist.is_whole for r in [own, *sound, *texts]), note)
    for track in found.tracks:
        _check_channels(track, renditions.get(track.path or ""), note)
    heard = [r.first.sound for r in renditions.values() if r.first and r.first.sound]
    if heard and not any(s.channels == 2 for s in heard):
        note("stereo", found.playlist.path, f"channels: {sorted({s.channels for s in heard})}")


def check_starts(pictures: Collection[Rendition], sound: Collection[Rendition], note: Note) -> None:
    """Check that all renditions start at one time of one timeline."""
    started = [r for r in (*pictures, *sound) if r.first]
    if not started or started[0].first is None:
        return
    reference = started[0].first
    for rendition in started[1:]:
        if rendition.first is None:
            continue
        keeps_times = rendition.keeps_times or started[0].keeps_times
        apart = (unwrapped(rendition.first.start, reference.start) - reference.start) / CLOCK_HZ
        frame_s = max(rendition.first.longest, reference.longest) / CLOCK_HZ
        allowed = SOUND_START_TOLERANCE_S if rendition not in pictures else BRIDGED_S if keeps_times else 0.0
        if abs(apart) > allowed + frame_s:
            note("same-start", rendition.playlist.path, f"{apart:+.3f} s from {started[0].playlist.path}")


def _measured(tracks: list[Track], renditions: Mapping[str, Rendition]) -> list[Rendition]:
    return [renditions[t.path] for t in tracks if t.path and t.path in renditions]


def _check_codecs(variant: Variant, renditions: list[Rendition], note: Note) -> None:
    declared = {c.lower() for c in variant.codecs if not c.startswith(_TEXT)}
    measured = {c.lower() for r in renditions for c in r.codecs}
    if declared and measured and declared != measured:
        note("codecs-match", variant.place, f"{','.join(sorted(declared))}, in the segments {','.join(sorted(measured))}")


def _check_picture(variant: Variant, own: Rendition, note: Note) -> None:
    if variant.size and own.pictures and own.pictures != {variant.size}:
        sizes = ", ".join(f"{w}x{h}" for w, h in sorted(own.pictures))
        note("resolution-match", variant.place, f"{variant.size[0]}x{variant.size[1]}, in the segments {sizes}")
    declared, measured = variant.number("FRAME-RATE"), own.frame_rate
    if declared is None or measured is None:
        return
    error = own.frame_rate_error + _RATE_ROUNDING
    # Where pictures follow at varying distances, the attribute is the highest rate: between the average and the closest pair's.
    highest = measured if own.is_constant else CLOCK_HZ / min(own.steps)
    if not measured - error <= declared <= highest + error:
        note("frame-rate-match", variant.place, f"{float(declared):.3f}, in the segments {float(measured):.3f}")


def _check_channels(track: Track, rendition: Rendition | None, note: Note) -> None:
    declared = track.attributes.get("CHANNELS", "").partition("/")[0]
    if declared and rendition and rendition.first and rendition.first.sound and rendition.first.sound.channels:
        channels = rendition.first.sound.channels
        if declared != str(channels):
            note("channels-match", track.place, f'"{declared}", in the segments {channels}')
