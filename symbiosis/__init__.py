"""Plans the circular chains of an industrial park."""

__version__ = "0.1.0"
