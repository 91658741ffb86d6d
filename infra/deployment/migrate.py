"""Custom resource ``Custom::Migrations``: brings the database to the newest schema at each deployment."""

from typing import TYPE_CHECKING

from infra.deployment.custom_resource import Event, answer
from infra.migrations.__main__ import migrate
from matinee.settings import DatabaseSettings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def lambda_handler(event: Event, context: "LambdaContext | None") -> None:  # noqa: ARG001 - the platform's signature
    """Apply what is missing; the schema stays when the resource goes, as the database does."""

    def apply() -> dict[str, str]:
        if event["RequestType"] == "Delete":
            return {}
        return {"Applied": str(migrate(DatabaseSettings().url()))}

    answer(event, "schema", apply)
