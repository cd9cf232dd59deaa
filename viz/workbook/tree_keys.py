"""A place in a tree of tables and lists as one text that a person can type: `contradictions.#1.id`, lists counted from 1."""

from __future__ import annotations

import json
import re

PART = re.compile(r'#(?P<place>[1-9]\d{0,4})|(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<plain>[^".#][^".]*)')
PLAIN = re.compile(r'[^".#][^".]*')


def key_of(path: tuple[str | int, ...]) -> str:
    """Keys, and places in lists (from 0), as one text."""
    return ".".join(f"#{part + 1}" if isinstance(part, int) else _key(part) for part in path)


def path_of(key: str) -> tuple[str | int, ...] | None:
    """Those of a text as `key_of` writes it; None where it is none."""
    parts: list[str | int] = []
    at = 0
    while found := PART.match(key, at):
        try:
            parts.append(int(found["place"]) - 1 if found["place"] else found["plain"] or str(json.loads(found["quoted"])))
        except ValueError:
            return None
        at = found.end()
        if at == len(key):
            return tuple(parts)
        if key[at] != ".":
            return None
        at += 1
    return None


def _key(part: str) -> str:
    return part if PLAIN.fullmatch(part) else json.dumps(part, ensure_ascii=False)
