"""Documents that show what commands print: every block between `<!-- output: COMMAND -->` and `<!-- end -->` is a command's own output.

`python -m tests.outputs` runs the commands again and writes the blocks anew; a file name limits it to that document. A block may leave
out the end of what is printed: `<!-- output: COMMAND | until: TEXT -->` stops before the line that begins with TEXT, and
`| from: TEXT` starts there. All blocks of a document share one folder, so that a file one command writes can be read by the next.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"(<!-- output: (?P<asked>[^>]+?) -->\n```text\n)(?P<text>.*?)(```\n<!-- end -->)", re.S)
DIGEST = re.compile(r"\b[0-9a-f]{64}\b")


class Block(NamedTuple):
    """A block of output and the command that prints it."""

    command: str
    start: str
    until: str
    text: str


def read(asked: str, text: str) -> Block:
    """A block from its mark."""
    command, *limits = (part.strip() for part in asked.split(" | "))
    named = dict(limit.split(": ", 1) for limit in limits)
    return Block(command, named.get("from", ""), named.get("until", ""), text)


def blocks(path: Path) -> list[Block]:
    """Every block of a document, in order."""
    return [read(found["asked"], found["text"]) for found in BLOCK.finditer(path.read_text(encoding="utf-8"))]


def printed(block: Block, folder: Path) -> str:
    """What the command prints now, between the limits of the block."""
    words = shlex.split("yidu assess" if block.command == "make run" else block.command)
    called = [sys.executable, "-m", "yidu", *words[1:]]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120", "PYTHONUTF8": "1"}
    result = subprocess.run(called, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8")
    if result.returncode != 0:
        raise RuntimeError(f"{block.command}: {result.stderr.strip()}")
    lines = result.stdout.rstrip("\n").split("\n")
    first = next((k for k, line in enumerate(lines) if line.startswith(block.start)), 0) if block.start else 0
    after = (k for k, line in enumerate(lines) if k > first and line.startswith(block.until))
    last = next(after, len(lines)) if block.until else len(lines)
    return "\n".join(line.rstrip() for line in lines[first:last]).strip("\n") + "\n"


def renew(path: Path) -> bool:
    """Write every block of a document anew; whether any has changed."""
    old = path.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        new = BLOCK.sub(lambda found: found[1] + printed(read(found["asked"], found["text"]), Path(folder)) + found[4], old)
    if new != old:
        path.write_text(new, encoding="utf-8")
    return new != old


def documents() -> list[Path]:
    """Documents with such blocks."""
    return [path for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]) if blocks(path)]


if __name__ == "__main__":
    for document in [Path(name).resolve() for name in sys.argv[1:]] or documents():
        print(f"{document.relative_to(ROOT).as_posix()}: {'written anew' if renew(document) else 'as it was'}", flush=True)
