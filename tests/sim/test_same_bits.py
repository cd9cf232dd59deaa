"""Compiled or not, one agent at a time or all at once, on any number of threads and in any order: the same bits."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from mesa.agent import AgentSet

from tests.sim.plain_run import digest as tiny_digest
from tests.sim.small import constant, small
from yidu.agents import compiled
from yidu.agents.compiled import COMPILED_SOURCES, JIT, digest_of_source, meaning
from yidu.sim.ensemble import simulate
from yidu.sim.levers import LEVERS
from yidu.sim.model import InnovationModel
from yidu.sim.outcomes import joined
from yidu.sim.record import record

ROOT = Path(__file__).resolve().parents[2]
UNTIL = 2021


def ensemble(region, levers=None, runs=1, first_run=0, until=UNTIL, **more):
    more.setdefault("threads", 1)
    return simulate(
        region, levers or region.levers, runs=runs, seed=3, first_run=first_run, until=until,
        draws=small(region), **more,
    )  # fmt: skip


def mesa_digest(region, run=2, levers=None, until=UNTIL):
    model = InnovationModel(region, levers, seed=3, run=run, draws=small(region), until=until)
    model.run_model()
    return model.outcomes(seed=3, run=run).digest


def test_mesa_one_agent_at_a_time_gives_the_bits_of_the_ensemble(dadukou):
    assert mesa_digest(dadukou) == ensemble(dadukou, first_run=2).digest


def test_mesa_and_ensemble_agree_under_heavy_policy_too(dadukou):
    heavy = constant(dadukou, {name: bar.low + 0.8 * (bar.high - bar.low) for name, bar in LEVERS.items()}, 2017)
    assert mesa_digest(dadukou, levers=heavy, until=2019) == ensemble(dadukou, heavy, first_run=2, until=2019).digest


@pytest.mark.parametrize("luck", [1, 2])
def test_the_order_of_agents_within_a_stage_does_not_matter(dadukou, monkeypatch, luck):
    plain_order = mesa_digest(dadukou, until=2018)
    rng = np.random.default_rng(luck)

    def do_in_any_order(self, method, *args, **kwargs):
        agents = list(self)
        for k in rng.permutation(len(agents)):
            getattr(agents[k], method)(*args, **kwargs)
        return self

    monkeypatch.setattr(AgentSet, "do", do_in_any_order)
    assert mesa_digest(dadukou, until=2018) == plain_order


def test_the_number_of_threads_does_not_matter(dadukou):
    digests = {ensemble(dadukou, runs=9, threads=threads).digest for threads in (1, 2, 5)}
    assert len(digests) == 1


def test_where_a_batch_is_cut_does_not_matter(dadukou):
    whole = ensemble(dadukou, runs=7)
    parts = [ensemble(dadukou, runs=n, first_run=first) for first, n in ((0, 1), (1, 4), (5, 2))]
    assert joined(parts).digest == whole.digest


def test_a_run_is_the_same_alone_and_after_others_in_the_same_world(dadukou):
    batch, alone = ensemble(dadukou, runs=6), ensemble(dadukou, first_run=5)
    for name in ("values", "flows", "money", "adjusted", "parameters"):
        assert getattr(batch, name)[5:].tobytes() == getattr(alone, name).tobytes(), name


def test_a_later_horizon_does_not_change_the_years_before(dadukou):
    short, long = ensemble(dadukou, runs=3, until=2021), ensemble(dadukou, runs=3, until=2025)
    n = len(short.years)
    assert short.values.tobytes() == np.ascontiguousarray(long.values[:, :n]).tobytes()
    assert short.money.tobytes() == np.ascontiguousarray(long.money[:, :n]).tobytes()


def test_policy_after_2020_does_not_change_the_record(dadukou):
    generous = constant(dadukou, {"enterprise_coaching": 200.0, "anchor_firms": 2.0, "seed_fund": 5000.0}, 2021)
    one, other = ensemble(dadukou, runs=3, until=2023), ensemble(dadukou, generous, runs=3, until=2023)
    assert one.values[:, :6].tobytes() == other.values[:, :6].tobytes()
    assert one.values[:, 6:].tobytes() != other.values[:, 6:].tobytes()


def test_run_draw_n_is_run_n_of_the_batch(dadukou):
    for way in ("compiled", "mesa"):
        one = record(dadukou, dadukou.levers, seed=3, draw=1, draws=small(dadukou), way=way)
        assert one.digest == ensemble(dadukou, first_run=1, until=2025).digest


def in_a_process_of_its_own(until, **environment):
    command = [sys.executable, "-m", "tests.sim.plain_run", str(until)]
    run = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_a_fresh_process_gives_the_same_digest():
    assert in_a_process_of_its_own(2022) == tiny_digest(2022)


@pytest.mark.skipif(not JIT, reason="nothing is compiled")
def test_plain_python_gives_the_digest_of_compiled_code():
    assert in_a_process_of_its_own(2017, NUMBA_DISABLE_JIT="1") == tiny_digest(2017)


@pytest.mark.slow
@pytest.mark.skipif(not JIT, reason="nothing is compiled")
def test_plain_python_gives_the_digest_of_compiled_code_over_the_record_and_beyond():
    assert in_a_process_of_its_own(2022, NUMBA_DISABLE_JIT="1") == tiny_digest(2022)


# --- the cache is named by everything that compiled code is made of


def test_every_file_with_compiled_code_counts_for_the_cache():
    counted = {path for pattern in COMPILED_SOURCES for path in ROOT.glob(pattern)}
    for folder in ("agents", "sim", "calibration", "experiments", "viz"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            marks = {
                getattr(mark, "id", "")
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                for mark in getattr(node, "decorator_list", ())
            }
            if marks & {"rule", "kernel"}:
                assert path in counted, f"{path.relative_to(ROOT)} holds compiled code but is not in COMPILED_SOURCES"


def test_what_compiled_code_reads_counts_for_the_cache_too():
    # Constants are compiled in: a module that a kernel's module takes names from must be counted.
    counted = {path for pattern in COMPILED_SOURCES for path in ROOT.glob(pattern)}
    missing = set()
    for path in counted:
        source = path.read_text(encoding="utf-8")
        if "@kernel" not in source and "@rule" not in source:
            continue
        for node in ast.parse(source).body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("yidu.agents", "yidu.sim")):
                for alias in node.names:
                    module = node.module.removeprefix("yidu.").replace(".", "/")
                    here = ROOT / f"{module}.py"
                    target = here if here.exists() else ROOT / module / f"{alias.name}.py"
                    upper = alias.name.isupper() or target != here
                    if target.exists() and target not in counted and upper:
                        missing.add((target.relative_to(ROOT).as_posix(), alias.name, path.relative_to(ROOT).as_posix()))
    assert not missing


def test_the_digest_of_the_sources_ignores_comments_and_nothing_else():
    assert meaning('def f():\n    """Says."""\n    return 1  # one\n') == meaning("def f():\n    return 1\n")
    assert meaning("def f():\n    return 1\n") != meaning("def f():\n    return 2\n")
    assert meaning('class A:\n    x: int\n    """Says."""\n') == meaning("class A:\n    x: int\n")
    # releases of Python write a text in a text back with other quotation marks
    assert meaning("""x = f"{a or ''}-" """) == meaning("""x = f'{a or ""}-'""") and "f'" not in meaning("x = f'{a}'")
    assert digest_of_source() == digest_of_source()


def test_a_file_of_rules_that_moves_asks_for_no_new_fit(monkeypatch, tmp_path):
    here = "import math\nfrom yidu.agents.luck import draw\nfrom sim import ledger\n\n\ndef f():\n    return draw()\n"
    moved = "from yidu.sim import ledger\nimport math\nfrom yidu.rules.luck import draw\n\n\ndef f():\n    return draw()\n"
    assert meaning(here) == meaning(moved)
    assert meaning(here) != meaning(here.replace("yidu.agents.luck", "yidu.agents.taxes")), "another file's function of that name"
    assert meaning(here) != meaning(here.replace("import draw", "import draw as drawn"))
    digests = []
    for folder in ("agents", "agents/rules"):
        file = tmp_path / folder / "growth.py"
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_text(here, encoding="utf-8")
        monkeypatch.setattr(compiled, "compiled_sources", lambda file=file: [file])
        digests.append(digest_of_source())
    assert digests[0] == digests[1]
