"""The command line of Matinee, for people who script."""

__version__ = "0.1.0"
