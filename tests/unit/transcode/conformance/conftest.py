"""Streams that are made once and never changed: tests break copies of them."""

from pathlib import Path

import pytest

from tests.unit.transcode.conformance import streams
from tests.unit.transcode.conformance.edits import Files


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The upload that all streams are made of."""
    return streams.original(tmp_path_factory.mktemp("original"))


@pytest.fixture(scope="session")
def encoded(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Two encoded rungs, sound, captions, I-frames."""
    return streams.encoded_stream(original, tmp_path_factory.mktemp("encoded"))


@pytest.fixture(scope="session")
def copied(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """A copied picture above an encoded rung, and copied sound."""
    return streams.copied_stream(original, tmp_path_factory.mktemp("copied"))
