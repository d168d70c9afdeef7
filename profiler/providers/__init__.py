"""What is known about mail providers, and the payload settings that follow from it."""

from profiler.providers.database import Database
from profiler.providers.provider import Provider, Retirement, Server, parse_server
from profiler.providers.settings import expected_settings

__all__ = [
    "Database",
    "Provider",
    "Retirement",
    "Server",
    "expected_settings",
    "parse_server",
]
