"""What stands for MediaConvert: it takes the calls of the real client, and does its jobs with the bundled ffmpeg.

Calls never leave botocore: each is held against the service's own model, and so is each answer. A job does what its document
says, and its outputs are named as the service names them: ``<base><name modifier>.m3u8`` and ``<base><name modifier>_00001.ts``.
"""

import json
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.model import OperationModel

from functions.on_job.handler import lambda_handler
from functions.transcode.ffmpeg import binary
from matinee import aws
from matinee.storage import bucket
from tests.service_model import check, check_request

QUEUE = "arn:aws:mediaconvert:us-east-1:111122223333:queues/matinee"
ROLE = "arn:aws:iam::111122223333:role/matinee-mediaconvert"
CREATED_AT = 1_671_477_617


@dataclass
class Job:
    """A job that was made. ``request`` are the parameters of the call that made it."""

    id: str
    request: dict[str, Any]
    status: str = "SUBMITTED"
    percent: int = 0
    error: tuple[int, str] | None = None

    @property
    def original(self) -> str:
        """The URL of what it reads."""
        return str(self.request["Settings"]["Inputs"][0]["FileInput"])

    @property
    def group(self) -> dict[str, Any]:
        found: dict[str, Any] = self.request["Settings"]["OutputGroups"][0]
        return found

    def answer(self) -> dict[str, Any]:
        """As ``GetJob`` tells of it."""
        told = {
            "Arn": f"arn:aws:mediaconvert:us-east-1:111122223333:jobs/{self.id}",
            "Id": self.id,
            "CreatedAt": CREATED_AT,
            "Queue": self.request["Queue"],
            "Role": self.request["Role"],
            "Settings": self.request["Settings"],
            "Status": self.status,
            "UserMetadata": self.request["UserMetadata"],
        }
        if self.status == "PROGRESSING":
            told |= {"CurrentPhase": "TRANSCODING", "JobPercentComplete": self.percent}
        if self.error:
            told |= {"ErrorCode": self.error[0], "ErrorMessage": self.error[1]}
        return told


@dataclass
class FakeMediaConvert:
    """The service, with its jobs in the order in which they were made. ``calls`` are the names of the operations."""

    jobs: list[Job] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    forgets_tokens: bool = False  # as the service does after a minute
    starts_s: float | None = None  # where timelines start, whatever a job asks for
    fails: list[Exception] = field(default_factory=list)  # raised by the next calls of CreateJob, after the job was made
    _given: dict[str, dict[str, Any]] = field(default_factory=dict)

    def attach(self) -> None:
        """Take the calls of this process's client."""
        events: Any = aws.mediaconvert().meta.events  # typed for hooks that answer nothing
        events.register_first("before-parameter-build.mediaconvert.*", self._note)
        events.register_first("before-call.mediaconvert.*", self._answer)

    def of_video(self, video_id: UUID) -> list[Job]:
        """The jobs of a video."""
        return [job for job in self.jobs if job.request["UserMetadata"]["video_id"] == str(video_id)]

    # ---------------------------------------------------------------- calls

    def _note(self, params: dict[str, Any], model: OperationModel, **_: Any) -> None:
        check_request(params, model)
        self._given[model.name] = params

    def _answer(self, model: OperationModel, **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        self.calls.append(model.name)
        status, answer = getattr(self, f"_{model.name}")(self._given.pop(model.name))
        if status < 300:
            check(answer, model.output_shape)
        response = AWSResponse("https://mediaconvert", status, HTTPHeaders(), None)
        return response, answer | {"ResponseMetadata": {"HTTPStatusCode": status}}

    def _CreateJob(self, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: N802 - the service's name
        same = [j for j in self.jobs if j.request["ClientRequestToken"] == given["ClientRequestToken"]]
        if not same or self.forgets_tokens:
            same = [Job(f"{CREATED_AT}{len(self.jobs):03d}-{uuid4().hex[:6]}", given)]
            self.jobs += same
        if self.fails:
            raise self.fails.pop(0)
        return 201, {"Job": same[0].answer()}

    def _GetJob(self, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: N802
        found = [job for job in self.jobs if job.id == given["Id"]]
        return (200, {"Job": found[0].answer()}) if found else _error(404, "NotFoundException")

    def _SearchJobs(self, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: N802
        found = [job.answer() for job in reversed(self.jobs) if given["InputFile"] in job.original]
        return 200, {"Jobs": found[: given["MaxResults"]]}

    def _CancelJob(self, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: N802
        job = next(job for job in self.jobs if job.id == given["Id"])
        if job.status not in ("SUBMITTED", "PROGRESSING"):
            return _error(409, "ConflictException")
        job.status = "CANCELED"
        return 202, {}

    # ---------------------------------------------------------------- jobs

    def run(self, job: Job, *, leave_out: str = "-") -> None:
        """Do a job: its outputs are in the bucket then, but for the file whose name ends with ``leave_out``."""
        folder_url = job.group["OutputGroupSettings"]["HlsGroupSettings"]["Destination"]
        prefix, _, base = folder_url.removeprefix(f"s3://{bucket()}/").rpartition("/")
        with tempfile.TemporaryDirectory() as scratch:
            original = Path(scratch) / "original"
            aws.s3().download_file(bucket(), job.original.removeprefix(f"s3://{bucket()}/"), str(original))
            for output in job.group["Outputs"]:
                make_output(job, output, original, Path(scratch) / f"{base}{output['NameModifier']}", self.starts_s)
            for file in sorted(Path(scratch).iterdir()):
                if file != original and not file.name.endswith(leave_out):
                    aws.s3().upload_file(str(file), bucket(), f"{prefix}/{file.name}")
            aws.s3().put_object(Bucket=bucket(), Key=f"{prefix}/{base}.m3u8", Body=b"#EXTM3U\n")
        job.status = "COMPLETE"

    def tell(self, job: Job, status: str | None = None) -> None:
        """Send an event of a job through the function that takes them in."""
        status = status or job.status
        detail: dict[str, Any] = {"jobId": job.id, "queue": QUEUE, "status": status, "userMetadata": job.request["UserMetadata"]}
        if status == "STATUS_UPDATE":
            detail["jobProgress"] = {"jobPercentComplete": job.percent, "currentPhase": "TRANSCODING", "retryCount": 0}
        if job.error:
            detail |= {"errorCode": job.error[0], "errorMessage": job.error[1]}
        body = json.dumps({"source": "aws.mediaconvert", "detail-type": "MediaConvert Job State Change", "detail": detail})
        record = {"messageId": str(uuid4()), "receiptHandle": "r", "eventSource": "aws:sqs", "body": body}
        assert lambda_handler({"Records": [record]}, None) == {"batchItemFailures": []}


def make_output(job: Job, output: dict[str, Any], original: Path, to: Path, starts_s: float | None) -> None:
    """One output of an Apple HLS group, by ffmpeg."""
    group = job.group["OutputGroupSettings"]["HlsGroupSettings"]
    offset = starts_s or output["ContainerSettings"]["M3u8Settings"]["PtsOffset"]
    selectors = job.request["Settings"]["Inputs"][0].get("AudioSelectors", {})
    coding = _coding(output, selectors)
    subprocess.run(
        [
            binary(), "-hide_banner", "-loglevel", "error", "-i", str(original), *coding,
            "-muxdelay", "0", "-muxpreload", "0", "-output_ts_offset", str(offset),
            "-f", "hls", "-hls_time", str(group["SegmentLength"]), "-hls_playlist_type", "vod", "-start_number", "1",
            "-hls_segment_filename", f"{to}_%05d.ts", f"{to}.m3u8",
        ],
        check=True, timeout=120,
    )  # fmt: skip


def _coding(output: dict[str, Any], selectors: dict[str, Any]) -> list[str]:
    if "VideoDescription" not in output:
        (description,) = output["AudioDescriptions"]
        track = selectors[description["AudioSourceName"]]["Tracks"][0] - 1
        aac = description["CodecSettings"]["AacSettings"]
        sound = ["-af", "aresample=async=1:first_pts=0", "-c:a", "aac", "-ac", "2"]
        return ["-map", f"0:a:{track}", *sound, "-ar", str(aac["SampleRate"]), "-b:a", str(aac["Bitrate"])]
    picture = output["VideoDescription"]
    h264 = picture["CodecSettings"]["H264Settings"]
    rate = f"{h264['FramerateNumerator']}/{h264['FramerateDenominator']}"
    gop = str(h264["GopSize"])
    return [
        "-map", "0:v:0", "-vf", f"fps={rate}:start_time=0,scale={picture['Width']}:{picture['Height']},setsar=1,format=yuv420p",
        "-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "high", "-bf", "2",
        "-maxrate", str(h264["MaxBitrate"]), "-bufsize", str(h264["HrdBufferSize"]),
        "-g", gop, "-keyint_min", gop, "-sc_threshold", "0", "-flags", "+cgop",
    ]  # fmt: skip


def _error(status: int, code: str) -> tuple[int, dict[str, Any]]:
    return status, {"Error": {"Code": code, "Message": code}}
