"""The reasons kept beside slips that no sentence notices are of lines that still stand; and a planted slip is noticed."""

import ast
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mutation.reasons import reasons
from yidu.sim.region import Region

pytestmark = pytest.mark.fast

ROOT = Path(__file__).resolve().parents[2]


def lines_of(module: str) -> dict[str, list[str]]:
    """The lines of each rule and each figure of a file, the indent left out."""
    source = (ROOT / module).read_text(encoding="utf-8")
    lines, parts = [line.strip() for line in source.splitlines()], {}
    for node in ast.parse(source).body:
        name = node.name if isinstance(node, ast.FunctionDef) else ast.unparse(node.targets[0]) if isinstance(node, ast.Assign) else ""
        parts[name] = lines[node.lineno - 1 : node.end_lineno]
    return parts


def test_every_reason_is_of_a_line_that_still_stands():
    stale = [
        f"{reason.rule}: {line}"
        for reason in reasons()
        for line in reason.was.splitlines() or [""]
        if reason.rule.split(".")[1] not in (parts := lines_of(reason.module)) or line not in ["", *parts[reason.rule.split(".")[1]]]
    ]
    assert not stale, f"tests/mutation/reasons.toml speaks of what is gone: {stale}"


def test_every_reason_is_given_once_and_says_something():
    known = [(reason.rule, reason.was, reason.becomes) for reason in reasons()]
    assert len(set(known)) == len(known)
    assert all(len(reason.because) > 20 for reason in reasons())


@pytest.mark.slow
def test_slips_in_what_is_published_are_noticed_by_sentences(tmp_path):
    pytest.importorskip("mutmut", reason="the extra 'mutation' is not installed")
    out = tmp_path / "slips.json"
    command = [sys.executable, "-m", "tests.mutation", "--module", "agents/statistics.py", "--quick", "--json", str(out)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert run.returncode == 0, run.stdout + run.stderr
    verdicts = [row["noticed_by"] for row in json.loads(out.read_text(encoding="utf-8"))]
    assert len(verdicts) > 10 and set(verdicts) == {"sentence"}
    assert re.search(r"[12] put back as they stand, noticed by nothing", run.stdout), run.stdout


@pytest.mark.parametrize(
    ("ends", "verdict"),
    [
        (lambda: 1 / 0, "cannot be said"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "cannot be said"),
        (lambda: os.kill(os.getpid(), signal.SIGPROF), "sentence"),
        (lambda: os.kill(os.getpid(), signal.SIGVTALRM), "reference"),
        (lambda: 0, "survived"),
    ],
    ids=["an error outside the tests", "killed from outside", "tests without end", "a district without end", "its end"],
)
def test_a_trial_that_fails_by_itself_notices_nothing(
    ends: Callable[[], int], verdict: str, dadukou: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("mutmut", reason="the extra 'mutation' is not installed")
    from tests.mutation.mutants import Mutant
    from tests.mutation.trial import Trials

    trials = Trials([], lambda *_: None)
    monkeypatch.setattr(trials, "child", lambda *_: ends())
    assert trials.tried(Mutant("agents/statistics.py", "any", 1, "", "", ""), dadukou, []) == verdict


@pytest.mark.slow
def test_a_module_that_is_none_of_the_rules_is_refused_with_a_sentence():
    pytest.importorskip("mutmut", reason="the extra 'mutation' is not installed")
    run = subprocess.run(
        [sys.executable, "-m", "tests.mutation", "--module", "sim/world.py"], cwd=ROOT, capture_output=True, text=True, timeout=600
    )
    assert run.returncode == 2 and "write it as agents/statuses.py" in run.stderr and "Traceback" not in run.stderr
