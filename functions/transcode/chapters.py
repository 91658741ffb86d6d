"""Chapters in the form that Apple gives them for HLS ("Providing JavaScript Object Notation (JSON) Chapters"). Pure."""

import json
from collections.abc import Sequence

from functions.transcode.source import Chapter

CHAPTERS = "chapters.json"
CHAPTERS_TYPE = "application/json"
SESSION_DATA = f'#EXT-X-SESSION-DATA:DATA-ID="com.apple.hls.chapters",URI="{CHAPTERS}"'


def document(chapters: Sequence[Chapter]) -> str:
    """The list of the chapters. Times are in seconds; whose language a title is in, no container says."""
    listed = []
    for number, chapter in enumerate(chapters, 1):
        entry = {
            "chapter": number,
            "start-time": round(chapter.start_s, 3),
            "duration": round(chapter.end_s - chapter.start_s, 3),
        }
        named = {"titles": [{"language": "und", "title": chapter.title}]} if chapter.title else {}
        listed.append(entry | named)
    return json.dumps(listed, ensure_ascii=False)
