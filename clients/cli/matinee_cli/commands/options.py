"""Options and arguments that several commands take."""

from typing import Annotated
from uuid import UUID

import typer

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON, one document a line.")]
SessionId = Annotated[UUID, typer.Argument(metavar="SESSION", help="The session's id.", show_default=False)]
