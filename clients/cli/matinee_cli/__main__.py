"""``python -m matinee_cli``."""

from matinee_cli.main import main

main()
