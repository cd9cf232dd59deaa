"""What documents show of commands is what the commands print."""

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from tests.outputs import Block, blocks, documents, printed, read
from yidu import command

pytestmark = pytest.mark.fast

SHOWN = [(path.name, block) for path in documents() for block in blocks(path)]


def test_the_readme_and_the_worked_case_show_output() -> None:
    names = {name for name, _ in SHOWN}
    assert {"README.md", "README.zh.md", "case-2025.zh.md"} <= names


@pytest.mark.parametrize("name, block", SHOWN, ids=[f"{name}: {block.command}" for name, block in SHOWN])
def test_every_block_holds_the_output_of_a_command_there_is(name: str, block: Block) -> None:
    words = shlex.split(block.command)
    assert words == ["make", "run"] or words[0] == "yidu" and words[1] in typer.main.get_command(command.app).commands  # type: ignore[attr-defined]
    assert len(block.text.splitlines()) > 10, f"{name}: python -m tests.outputs writes its blocks"


def test_both_readmes_show_the_same_answer() -> None:
    shown = {name: re.findall(r"\d[\d.]*% ±[\d.]+|\b[0-9a-f]{64}\b", block.text) for name, block in SHOWN if name.startswith("README")}
    english, chinese = shown["README.md"], shown["README.zh.md"]
    assert len(english) > 20 and chinese[: len(english)] == english


def test_a_mark_says_where_its_block_starts_and_stops() -> None:
    assert read("yidu assess | from: A b | until: C", "x") == Block("yidu assess", "A b", "C", "x")


@pytest.mark.slow
def test_the_readme_shows_what_make_run_prints(tmp_path: Path) -> None:
    (block,) = [block for name, block in SHOWN if name == "README.md"]
    assert printed(block, tmp_path) == block.text


@pytest.mark.slow
def test_the_worked_case_starts_with_what_is_printed_today(tmp_path: Path) -> None:
    block = next(block for name, block in SHOWN if name == "case-2025.zh.md")
    assert printed(block, tmp_path) == block.text
