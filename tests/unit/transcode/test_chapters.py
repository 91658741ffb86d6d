"""The list of chapters."""

import json

from functions.transcode.chapters import document
from functions.transcode.source import Chapter


def test_chapters_are_listed_with_their_times_in_seconds_and_their_titles() -> None:
    listed = json.loads(document([Chapter(start_s=0, end_s=1.5, title="Ankunft"), Chapter(start_s=1.5, end_s=4, title="")]))
    assert listed == [
        {"chapter": 1, "start-time": 0, "duration": 1.5, "titles": [{"language": "und", "title": "Ankunft"}]},
        {"chapter": 2, "start-time": 1.5, "duration": 2.5},
    ]
