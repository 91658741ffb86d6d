"""Serves the built single-page application."""

from pathlib import Path, PurePosixPath

from aiohttp import web

from infra.local.edge_problems import problem

# Vite puts a hash of the content into the name of everything below assets/.
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATED = "no-cache"


class Frontend:
    """Files of ``dist``, and index.html for the addresses that the application routes itself."""

    def __init__(self, dist: Path) -> None:
        self._dist = dist.resolve()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """A file, or index.html for a page; 404 for a file that is not there, 503 where nothing is built."""
        if request.method not in ("GET", "HEAD"):
            return problem(405, "method_not_allowed", "Pages can only be read.")
        path = PurePosixPath(request.path.lstrip("/"))
        hashed = path.parts[:1] == ("assets",)
        file = (self._dist / path).resolve()
        if file.is_relative_to(self._dist) and file.is_file() and file.name != "index.html":
            return web.FileResponse(file, headers={"Cache-Control": IMMUTABLE if hashed else REVALIDATED})
        if hashed or (path.suffix and path.name != "index.html"):
            return problem(404, "not_found", "There is nothing at this address.")
        index = self._dist / "index.html"
        if not index.is_file():
            return problem(503, "frontend_not_built", "The pages are not built: run `make setup`.")
        return web.FileResponse(index, headers={"Cache-Control": REVALIDATED})
