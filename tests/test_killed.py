"""Killed at random moments and given again: see `tests.killing`. `python -m tests.campaign kills` goes on for as long as one likes."""

import random
from pathlib import Path

import pytest

from tests.killing import SEED, Attacked, attacks, tried


@pytest.mark.slow
@pytest.mark.parametrize("attacked", attacks(), ids=lambda attacked: attacked.name)
def test_a_command_killed_anywhere_leaves_nothing_half_done_and_ends_the_same(attacked: Attacked, tmp_path: Path) -> None:
    print(f"YIDU_KILL_SEED={SEED}")
    for name in ("quiet", "killed"):
        (tmp_path / name).mkdir()
    attacked.quietly(tmp_path / "quiet")
    said = tried(attacked, tmp_path / "killed", random.Random(f"{SEED} {attacked.name}"), kills=1)
    print(*said, sep="\n")
