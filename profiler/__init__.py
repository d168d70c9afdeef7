"""Lint, build, change, sign and check Apple configuration profiles."""

__version__ = "0.1.0"
