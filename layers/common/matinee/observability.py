"""Logger, metrics and tracer (Powertools), one of each per process.

Logs are JSON lines on standard output. What is logged is named field by field: no whole events, headers or command lines
with URLs in them, for those carry secrets.
"""

from functools import cache
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger

if TYPE_CHECKING:
    from aws_lambda_powertools import Metrics, Tracer

logger = Logger(service=None, use_rfc3339=True, utc=True)


@cache
def metrics() -> "Metrics":
    """Metrics in CloudWatch's embedded metric format, namespace ``Matinee``."""
    from aws_lambda_powertools import Metrics

    return Metrics(namespace="Matinee")


@cache
def tracer() -> "Tracer":
    """X-Ray tracer; does nothing outside Lambda."""
    from aws_lambda_powertools import Tracer

    return Tracer()
