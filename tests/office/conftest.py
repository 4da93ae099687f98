"""The fixtures of the readers: the write side's."""

from tests.recording.conftest import book

__all__ = ["book"]
