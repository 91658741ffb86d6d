"""Write the OpenAPI document of all public calls: ``python -m functions.sessions.openapi``.

The calls come from two apps, and the image of one does not carry the other's code, so the document is made beforehand and kept.
"""

import json
from typing import Any

from functions.sessions.docs_routes import DOCUMENT


def document() -> str:
    """The document as it is to be kept."""
    from functions.get_stream.app import app as get_stream
    from functions.sessions.app import app as sessions

    merged: dict[str, Any] = sessions.openapi()
    further = get_stream.openapi()
    merged["paths"] |= further["paths"]
    for kind, parts in further["components"].items():
        merged["components"][kind] |= parts
    for path in merged["paths"].values():
        for operation in path.values():
            _forget_framework_refusals(operation)
    for name in ("HTTPValidationError", "ValidationError"):
        merged["components"]["schemas"].pop(name, None)
    return json.dumps(merged, indent=2, ensure_ascii=False) + "\n"


def _forget_framework_refusals(operation: dict[str, Any]) -> None:
    """FastAPI describes its own form of a 422 where a route names none; ours are problems, and a bad path is a 404."""
    refused = operation["responses"].get("422", {})
    if "HTTPValidationError" in json.dumps(refused):
        del operation["responses"]["422"]


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
