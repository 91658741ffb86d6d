"""The job as MediaConvert wants it written down. Pure.

One Apple HLS group: each rendition is an output of its own, with the same frames, keyframes and segments as our own ffmpeg makes.
What each setting means: https://docs.aws.amazon.com/mediaconvert/latest/apireference/jobs.html
"""

from typing import TYPE_CHECKING

from functions.transcode.ladder import AUDIO_BITS_PER_S, SEGMENT_S
from functions.transcode.mpegts import TIMELINE_OFFSET_S
from functions.transcode.plan import AudioRendition, Plan, VideoRendition
from functions.transcode.source import Source, VideoTrack

if TYPE_CHECKING:
    from mypy_boto3_mediaconvert.type_defs import (
        AudioSelectorTypeDef,
        ContainerSettingsTypeDef,
        InputTypeDef,
        JobSettingsTypeDef,
        OutputTypeDef,
        VideoPreprocessorTypeDef,
    )

BASE = "stream"  # what the names of all output files begin with
GROUP = "sound"
QUALITY = 7  # of QVBR, out of 10: what AWS advises for 720p and 1080p


def playlist_name(rendition: str) -> str:
    """The file name of the media playlist that the service writes for a rendition: base, name modifier, extension."""
    return f"{BASE}{_modifier(rendition)}.m3u8"


def job_settings(source: Source, plan: Plan, original: str, folder: str) -> "JobSettingsTypeDef":
    """The settings of the job that makes a plan of an ``original`` into a ``folder`` (``s3://…``; the folder with its slash)."""
    video = source.video
    if video is None:
        raise ValueError("the source has no picture")
    pictures = [_picture(video, plan, rendition) for rendition in plan.video]
    return {
        "TimecodeConfig": {"Source": "ZEROBASED"},
        "Inputs": [_input(plan, original)],
        "OutputGroups": [
            {
                "Name": "Apple HLS",
                "Outputs": [*pictures, *(_sound(track, n) for n, track in enumerate(plan.audio, 1))],
                "OutputGroupSettings": {
                    "Type": "HLS_GROUP_SETTINGS",
                    "HlsGroupSettings": {
                        "Destination": f"{folder}{BASE}",
                        "SegmentLength": SEGMENT_S,
                        "SegmentLengthControl": "GOP_MULTIPLE",
                        "MinSegmentLength": 0,
                        "SegmentControl": "SEGMENTED_FILES",
                        "DirectoryStructure": "SINGLE_DIRECTORY",
                        "ManifestDurationFormat": "FLOATING_POINT",
                        "ManifestCompression": "NONE",
                        "OutputSelection": "MANIFESTS_AND_SEGMENTS",
                    },
                },
            }
        ],
    }


def _input(plan: Plan, original: str) -> "InputTypeDef":
    selectors: dict[str, AudioSelectorTypeDef] = {
        # Tracks of sound are numbered from 1, whatever lies between them; the plan has all of them, in order.
        _selector(number): {
            "SelectorType": "TRACK",
            "Tracks": [number],
            "DefaultSelection": "DEFAULT" if track.is_default else "NOT_DEFAULT",
        }
        for number, track in enumerate(plan.audio, 1)
    }
    return {
        "FileInput": original,
        "TimecodeSource": "ZEROBASED",
        "VideoSelector": {"Rotate": "AUTO", "PadVideo": "BLACK"},  # a late picture must not shift the sound
        **({"AudioSelectors": selectors} if selectors else {}),
    }


def _picture(video: VideoTrack, plan: Plan, rendition: VideoRendition) -> "OutputTypeDef":
    rate = rendition.max_rate or 0
    filters: VideoPreprocessorTypeDef = {}
    if video.is_interlaced:
        filters["Deinterlacer"] = {"Mode": "DEINTERLACE", "Algorithm": "INTERPOLATE", "Control": "NORMAL"}
    if video.transfer:
        filters["ColorCorrector"] = {"ColorSpaceConversion": "FORCE_709", "HdrToSdrToneMapper": "PRESERVE_DETAILS"}
    return {
        "NameModifier": _modifier(rendition.name),
        "ContainerSettings": _transport_stream(),
        "VideoDescription": {
            "Width": rendition.width,
            "Height": rendition.height,
            "ScalingBehavior": "STRETCH_TO_OUTPUT",  # the plan has kept the shape
            "TimecodeInsertion": "DISABLED",
            **({"VideoPreprocessors": filters} if filters else {}),
            "CodecSettings": {
                "Codec": "H_264",
                "H264Settings": {
                    "CodecProfile": "HIGH",
                    "CodecLevel": "AUTO",
                    "InterlaceMode": "PROGRESSIVE",
                    "ParControl": "SPECIFIED",
                    "ParNumerator": 1,
                    "ParDenominator": 1,
                    "FramerateControl": "SPECIFIED",
                    "FramerateNumerator": plan.frame_rate.numerator,
                    "FramerateDenominator": plan.frame_rate.denominator,
                    "FramerateConversionAlgorithm": "DUPLICATE_DROP",
                    "GopSize": plan.gop_frames,
                    "GopSizeUnits": "FRAMES",
                    "GopClosedCadence": 1,
                    "SceneChangeDetect": "DISABLED",  # keyframes stay on the grid in every size
                    "RateControlMode": "QVBR",
                    "QvbrSettings": {"QvbrQualityLevel": QUALITY},
                    "MaxBitrate": rate,
                    "HrdBufferSize": 2 * rate,
                    "QualityTuningLevel": "SINGLE_PASS_HQ",  # the best of the basic tier
                },
            },
        },
        **({"OutputSettings": {"HlsSettings": {"AudioRenditionSets": GROUP}}} if plan.audio else {}),
    }


def _sound(track: AudioRendition, number: int) -> "OutputTypeDef":
    return {
        "NameModifier": _modifier(track.name),
        "ContainerSettings": _transport_stream(),
        "AudioDescriptions": [
            {
                "AudioSourceName": _selector(number),
                "CodecSettings": {
                    "Codec": "AAC",
                    "AacSettings": {
                        "CodecProfile": "LC",
                        "CodingMode": "CODING_MODE_2_0",
                        "RateControlMode": "CBR",
                        "Bitrate": AUDIO_BITS_PER_S,
                        "SampleRate": 48_000,
                        "Specification": "MPEG4",
                    },
                },
            }
        ],
        "OutputSettings": {
            "HlsSettings": {
                "AudioGroupId": GROUP,
                "AudioOnlyContainer": "M2TS",
                "AudioTrackType": "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT" if track.is_default else "ALTERNATE_AUDIO_AUTO_SELECT",
            }
        },
    }


def _transport_stream() -> "ContainerSettingsTypeDef":
    return {"Container": "M3U8", "M3u8Settings": {"PtsOffsetMode": "SECONDS", "PtsOffset": TIMELINE_OFFSET_S}}


def _selector(number: int) -> str:
    """What the service calls an input's selectors of sound: by their order, from 1. Another name gets the default one's sound."""
    return f"Audio Selector {number}"


def _modifier(rendition: str) -> str:
    return f"-{rendition}"
