"""What a file is called that a visitor sends."""

from __future__ import annotations

LONGEST_NAME = 80


def plain_name(name: object) -> str:
    """The last part of a path as any system writes it, without what cannot be shown."""
    last = str(name or "").replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in last if char.isprintable())[-LONGEST_NAME:].strip() or "-"
