"""What docs/extending.md says of a new rule, lever and indicator is done here, to a copy of the repository."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sim.small import small
from yidu.agents.enterprise import Enterprise
from yidu.sim.indicators import TECH
from yidu.sim.model import InnovationModel
from yidu.sim.region import Region

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^( *)<!-- (edit|example): (\w+) -->\n\1```(\w+)\n(.*?)^\1```$", re.M | re.S)
COPIED = (
    "agents", "sim", "calibration", "experiments", "viz", "bench", "tests", "docs", "yidu", "pyproject.toml", "setup.py", "Makefile",
    "README.md", "README.zh.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE",
)  # fmt: skip
#: Tests of words, units, entries, costs and tables, without a run: what a contributor sees first.
FAST = (
    "tests/sim/test_declared.py", "tests/sim/test_levers.py", "tests/viz/test_words.py", "tests/test_docs.py",
    "tests/experiments/test_unknown.py::test_a_lever_says_what_it_was_measured_to_move_or_what_it_is_meant_for_and_not_both",
    "tests/experiments/test_affordable.py::test_every_lever_has_a_known_cost_or_follows_from_others_or_only_says_whom_others_reach",
    "tests/sim/test_levers_reach.py::test_a_lever_without_one_direction_has_a_test_of_its_own_above",
    "tests/sim/test_same_bits.py::test_every_file_with_compiled_code_counts_for_the_cache",
    "tests/sim/test_identities.py::test_every_door_belongs_to_an_account_that_is_checked_or_counts_events",
)  # fmt: skip


def blocks(use: str, name: str) -> list[str]:
    """The marked blocks of the page of that use and name, in order, without their indent."""
    return [
        "".join(line.removeprefix(indent) for line in body.splitlines(keepends=True))
        for indent, of, called, _, body in BLOCK.findall(PAGE) if (of, called) == (use, name)
    ]  # fmt: skip


def applied(block: str, root: Path) -> None:
    """Do an edit: the lines to find, kept or gone, stand once in the file that the first line names."""
    name, _, body = block.partition("\n")
    lines = body.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[0] in " -")
    new = "".join(line[1:] for line in lines if line[0] in " +")
    file = root / name.strip()
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"docs/extending.md: {name} has {text.count(old)} places like\n{old}"
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Path]:
    """A copy of the repository's packages; removed after."""
    root = tmp_path / "yidu"
    for name in COPIED:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "posterior"))
        else:
            shutil.copy(ROOT / name, root / name)
    yield root
    shutil.rmtree(root)


def done(root: Path, *arguments: str) -> str:
    """What Python prints, run in plain Python in a copy, away from the code compiled here."""
    own = {"NUMBA_DISABLE_JIT": "1", "YIDU_CACHE": str(root / "cache"), "PYTHONPATH": str(root)}
    run = subprocess.run(
        [sys.executable, *arguments], cwd=root, env={**os.environ, **own}, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert run.returncode == 0, (run.stdout + run.stderr)[-3000:]
    return run.stdout


def ran(root: Path, program: str) -> Any:
    """What a program prints as JSON in a copy."""
    return json.loads(done(root, "-c", textwrap.dedent(program)))


def files_of(name: str) -> set[str]:
    """Files that the edits of a name are in."""
    return {edit.partition("\n")[0].strip() for edit in blocks("edit", name)}


def opened(region: Region, firms: type[Enterprise]) -> InnovationModel:
    """Two years of a small district whose firms are of that class."""
    model = InnovationModel(region, seed=3, run=2, draws=small(region), until=2021, reconcile=False, faces={"firms": firms})
    for _ in range(8):
        model.step()
    return model


def watched(firms: type[Enterprise], joined: list[int]) -> type[Enterprise]:
    """That class, noting how many patents each firm holds that joins the register in the stage of that name."""

    class Watched(firms):  # type: ignore[misc, valid-type]
        def register(self) -> None:
            before = self.register_q
            super().register()
            if self.register_q != before:
                joined.append(int(self.patents))

    return Watched


def test_under_the_rule_of_the_page_no_firm_registers_on_its_own_without_a_patent(dadukou: Region) -> None:
    (source,) = blocks("example", "rule")
    given: dict[str, type[Enterprise]] = {}
    exec(source, given)
    of_usual: list[int] = []
    of_patient: list[int] = []
    usual = opened(dadukou, watched(Enterprise, of_usual))
    patient = opened(dadukou, watched(given["Patient"], of_patient))
    assert 0 in of_usual
    assert of_patient and 0 not in of_patient
    assert patient.world.indicators[2, TECH] < usual.world.indicators[2, TECH]
    assert patient.outcomes().digest != usual.outcomes().digest == opened(dadukou, Enterprise).outcomes().digest


def test_a_subclass_that_changes_nothing_gives_the_digest_of_the_model_as_shipped(dadukou: Region) -> None:
    class Same(Enterprise):
        """Overrides nothing."""

    assert opened(dadukou, Same).outcomes().digest == opened(dadukou, Enterprise).outcomes().digest


FACTS = """
    import hashlib, json
    from yidu.agents.compiled import SOURCE_DIGEST
    from yidu.sim.ensemble import simulate
    from yidu.sim.region import load
    from tests.sim.small import SetDraws
    region = load("dadukou")
    tiny = SetDraws(region, pool_size=60.0, entry_rate=0.05)
    def run(levers):
        return simulate(region, levers, runs=1, seed=5, first_run=1, until=2017, draws=tiny, threads=1)
    def shown(outcomes, n=None, doors=None):
        return hashlib.sha256(outcomes.values[..., :n].tobytes() + outcomes.flows[..., :doors].tobytes()).hexdigest()
    usual = run(region.levers)
"""


@pytest.mark.slow
def test_the_compiled_rule_of_the_page_is_another_source_with_other_results(copy: Path) -> None:
    program = (
        FACTS
        + """
    print(json.dumps([SOURCE_DIGEST, usual.of("tech_enterprises", 2017).tolist(), usual.of("register_eligible", 2017).tolist()]))
    """
    )
    before = ran(copy, program)
    for edit in blocks("edit", "rule"):
        applied(edit, copy)
    after = ran(copy, program)
    assert before[0] != after[0], "a fit made for the old rules would be taken for one of the new"
    assert after[1] < before[1] or after[2] < before[2], (before, after)


@pytest.mark.slow
def test_the_lever_of_the_page_moves_the_indicator_of_the_page_and_scenarios_know_both(copy: Path) -> None:
    as_shipped = ran(
        copy,
        FACTS
        + """
    print(json.dumps({"usual": shown(usual), "n": usual.values.shape[-1], "doors": usual.flows.shape[-1]}))
    """,
    )
    for name in ("lever", "indicator", "door"):
        for edit in blocks("edit", name):
            applied(edit, copy)
    (scenario,) = blocks("example", "scenario")
    (copy / "vouchers.toml").write_text(scenario, encoding="utf-8")
    seen = ran(
        copy,
        FACTS
        + f"""
    from yidu.experiments.check.affordable import DEPENDS
    from yidu.experiments.scenarios.scenario import load as scenario
    from yidu.sim.errors import InputError
    from yidu.sim.indicators import INDICATOR_IDS, PUBLIC_IDS
    from yidu.sim.ledger import INNOVATION_VOUCHER, LINES
    from yidu.sim.levers import LEVERS
    from yidu.viz.words import Words
    n, doors = {as_shipped["n"]}, {as_shipped["doors"]}
    given = scenario(region, "vouchers.toml").levers
    paid = run(region.levers.with_path("innovation_voucher", {{2016: 5}}))
    load("chongqing")
    try:
        region.levers.with_path("innovation_voucher", {{2021: 50}})
        refused = ""
    except InputError as error:
        refused = str(error)
    print(json.dumps({{
        "usual": shown(usual, n, doors), "last": [list(LEVERS)[-1], INDICATOR_IDS[-1], LINES[INNOVATION_VOUCHER].id],
        "path": [given.get("innovation_voucher", year) for year in (2020, 2021, 2025)], "public": len(PUBLIC_IDS),
        "usual_money": usual.of("voucher_money", 2017).tolist(), "paid_money": paid.of("voucher_money", 2017).tolist(),
        "refused": refused,
        "more_money": (paid.of("public_money", 2017) - usual.of("public_money", 2017)).tolist(),
        "through": paid.through("innovation_vouchers:paid").tolist(),
        "depends": DEPENDS["innovation_voucher"],
        "unit": [Words(language).unit(LEVERS["innovation_voucher"].unit) for language in ("zh", "en")],
        "words": [Words(language).indicator("innovation_voucher") for language in ("zh", "en")],
    }}))
    """,
    )
    assert seen["usual"] == as_shipped["usual"], "at nought a new lever and indicator leave every other number alone"
    assert seen["last"] == ["innovation_voucher", "voucher_money", "innovation_voucher"] and seen["public"] == 25
    assert seen["path"] == [0.0, 5.0, 5.0] and "outside 0 to 10" in seen["refused"]
    assert seen["usual_money"] == [0.0] < seen["paid_money"]
    assert seen["paid_money"][0] == 5.0 * seen["through"][0][2] > 0.0, "5 万元 a firm"
    assert seen["more_money"][0] > 0.0
    assert seen["depends"] == "take_up" and seen["unit"] == ["万元/入库企业·年", "10k yuan per register firm and year"]
    assert seen["words"] == ["创新券", "Innovation vouchers"]


@pytest.mark.slow
@pytest.mark.parametrize("names", [("lever",), ("lever", "indicator", "door")], ids="-".join)
def test_after_the_edits_of_the_page_nothing_that_a_contributor_runs_first_fails(names: tuple[str, ...], copy: Path) -> None:
    for name in names:
        for edit in blocks("edit", name):
            applied(edit, copy)
    done(copy, "-m", "tests.test_docs")
    passed = done(copy, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", "-p", "no:randomly", *FAST)
    assert " passed" in passed and "skipped" not in passed


def test_a_lever_takes_three_files_and_an_indicator_two() -> None:
    assert files_of("lever") == {"sim/levers.py", "sim/ledger.py", "sim/stages/enterprise.py"}
    assert files_of("indicator") == {"sim/indicators.py", "sim/stages/district.py"}


def test_an_edit_that_no_longer_fits_the_source_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "rules.py").write_text("a = 1\nb = 2\n", encoding="utf-8")
    applied("rules.py\n a = 1\n-b = 2\n+b = 3\n", tmp_path)
    assert (tmp_path / "rules.py").read_text(encoding="utf-8") == "a = 1\nb = 3\n"
    with pytest.raises(AssertionError, match="has 0 places"):
        applied("rules.py\n-b = 2\n+b = 4\n", tmp_path)


@pytest.mark.parametrize("names", [("rule",), ("lever", "indicator", "door")], ids="-".join)
def test_every_edit_of_the_page_has_its_place_in_the_source(names: tuple[str, ...], tmp_path: Path) -> None:
    edits = [edit for name in names for edit in blocks("edit", name)]
    for file in {file for name in names for file in files_of(name)}:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    assert edits
    for edit in edits:
        applied(edit, tmp_path)
