"""Bring the database to the newest schema: ``python -m infra.migrations``.

The ``*.sql`` files beside this one are applied in order by yoyo, each once, each in a transaction and under a lock,
so that two deployments at once cannot collide. A change of the schema is a new file, never an edit of an old one.
"""

from pathlib import Path

from yoyo import get_backend, read_migrations

from matinee.settings import DatabaseSettings


def migrate(database_url: str) -> int:
    """Apply what is missing to the database at ``database_url``; gives the number of migrations applied."""
    backend = get_backend(database_url.replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        with backend.lock():
            known = read_migrations(str(Path(__file__).parent)).filter(lambda migration: migration.path.endswith(".sql"))
            missing = backend.to_apply(known)
            backend.apply_migrations(missing)
            return len(missing)
    finally:
        backend.connection.close()


if __name__ == "__main__":
    print(f"{migrate(DatabaseSettings().url())} migration(s) applied")
