"""What the edge is told by its environment."""

from pathlib import Path

from infra.local.configuration import ROOT
from matinee.settings import OriginSettings, StorageSettings, StreamSettings


class EdgeSettings(OriginSettings, StorageSettings, StreamSettings):
    """Where it listens, the ports of those behind it, the bucket, the origin and the key of the cookies."""

    host: str = "127.0.0.1"
    port: int = 8080
    api_port: int
    tusd_port: int
    frontend_dist: Path = ROOT / "frontend" / "dist"
