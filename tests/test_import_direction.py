"""Imports go one way, and the top of the tree stays as it is drawn in the design."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

PACKAGE = "yidu"
# Each may import itself and what stands before it. The app and the reports do not know the command line, nor what measures them.
ORDER = ("agents", "sim", "calibration", "experiments", "viz", "bench", "command")
NEVER_IMPORTED = {"tests", "docs"}

# The rooms of a floor, each of which knows those that stand before it. Questions may build on one another, never in a circle.
ROOMS = {
    "experiments": (
        "scenarios", "judging", "ensembles", "run", "assess", "check", "explain", "compare", "decompose", "stress", "response", "plan",
        "milestones", "update", "validate", "targets", "sweep", "report", "microscope", "calibrate", "packs", "benchmark",
        "carry", "doctor", "schemas",
    ),
    "viz": ("words", "presenters", "figures", "tables", "terminal", "workbook", "calibration", "report", "app", "pages", "commands"),
}  # fmt: skip
# Where the order alone would allow it: what draws or writes an answer takes its words from the presenters, not from a terminal's tables.
APART = {"viz.workbook": {"viz.terminal"}, "viz.report": {"viz.terminal"}, "viz.app": {"viz.terminal"}}
# Numbers as text: how they are written is nobody's question, and nothing of the model's.
FORMAT = "viz/words/format.py"

TOP_FOLDERS = {"yidu", "agents", "sim", "calibration", "experiments", "viz", "tests", "bench", "docs"}
BUILT = {"build", "dist", "__pycache__", "htmlcov", "out", "results"}

# Economics is read without plumbing.
RULE_FILE_IMPORTS = ("math", "numpy", "yidu.agents")
# Where compiled code is kept, how rules are compiled, and where their draws come from: these know no other file of agents/.
LEAVES = {
    "agents/cache.py": set(), "agents/entries.py": set(), "agents/compiled.py": {"yidu.agents.cache", "yidu.agents.entries"},
    "agents/luck.py": {"yidu.agents.compiled"},
}  # fmt: skip


def product_files() -> list[Path]:
    return [path for folder in (*ORDER[:-1], PACKAGE) for path in sorted((ROOT / folder).rglob("*.py"))]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(source: str, package: str) -> Iterator[tuple[int, str]]:
    """(line, absolute dotted name) of every import, also inside functions and type-checking blocks."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")
                base = ".".join(parents[: len(parents) - node.level + 1] + ([node.module] if node.module else []))
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    package = ".".join(path.relative_to(ROOT).parent.parts)
    return imports(path.read_text(encoding="utf-8"), package)


def imported_from(imported: str) -> list[str]:
    """Floor, room and file of what is imported, without the name of the package; empty where it is not ours."""
    first, *rest = imported.split(".")
    return rest if first == PACKAGE else []


def wrong_way(importer: str, imported: str) -> str | None:
    """Why a module of the top folder `importer` may not import `imported`, or None."""
    top = imported.split(".")[0]
    if top in NEVER_IMPORTED:
        return f"the product does not import {top}"
    if top in ORDER:
        return f"the package is {PACKAGE}.{top}"
    floor = next(iter(imported_from(imported)), "")
    if floor in ORDER and ORDER.index(floor) > ORDER.index(importer):
        return f"{importer} does not know {floor}"
    return None


def wrong_room(importer: str, imported: str) -> str | None:
    """Why a room, as `viz.pages`, may not import `imported`, or None; its own floor alone is looked at."""
    floor, _, room = importer.partition(".")
    there = imported_from(imported)
    if len(there) < 2 or there[0] != floor or there[1] not in ROOMS[floor]:
        return None
    if ROOMS[floor].index(there[1]) > ROOMS[floor].index(room):
        return f"{importer} does not know {floor}.{there[1]}"
    if f"{floor}.{there[1]}" in APART.get(importer, ()):
        return f"{importer} takes its words from viz.presenters"
    return None


def holds_rules(path: Path) -> bool:
    """Whether a file of agents/ defines a @rule or a @kernel."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(
        isinstance(decorator, ast.Name) and decorator.id in {"rule", "kernel"}
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
    )


def test_imports_go_one_way() -> None:
    wrong = []
    for path in product_files():
        importer = path.relative_to(ROOT).parts[0]
        for line, imported in imports_of(path):
            if imported.split(".")[-1] == "command" and importer == PACKAGE:
                continue
            if why := wrong_way("command" if importer == PACKAGE else importer, imported):
                wrong.append(f"{name_of(path)}:{line}: imports {imported}, but {why}.")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("floor", ROOMS)
def test_rooms_of_a_floor_import_one_way_too(floor: str) -> None:
    wrong = []
    for path in sorted((ROOT / floor).rglob("*.py")):
        room = path.relative_to(ROOT / floor).parts[0].removesuffix(".py")
        if room == "__init__":
            continue
        assert room in ROOMS[floor], f"{name_of(path)}: a room that the list above does not have"
        for line, imported in imports_of(path):
            if why := wrong_room(f"{floor}.{room}", imported):
                wrong.append(f"{name_of(path)}:{line}: imports {imported}, but {why}.")
    assert not wrong, "\n" + "\n".join(wrong)


def test_formatting_does_not_know_the_model() -> None:
    known = {imported for _, imported in imports_of(ROOT / FORMAT) if imported_from(imported)[:1] not in ([], ["viz"])}
    assert known == {"yidu.sim.packfiles.COUNTED"}, "units of things that are counted one by one, and nothing else"


def test_nothing_is_imported_without_the_name_of_the_package() -> None:
    files = [*product_files(), *sorted((ROOT / "tests").rglob("*.py"))]
    wrong = [f"{name_of(path)}:{line}" for path in files for line, imported in imports_of(path) if imported.split(".")[0] in ORDER]
    assert wrong == []


def test_rule_files_import_only_mathematics_and_each_other() -> None:
    wrong = []
    for path in product_files():
        name = name_of(path)
        if not name.startswith("agents/") or name in LEAVES or not holds_rules(path):
            continue
        for line, imported in imports_of(path):
            if not imported.startswith(RULE_FILE_IMPORTS):
                wrong.append(f"{name}:{line}: imports {imported}; a rule file knows math, numpy and agents.")
    assert not wrong, "\n" + "\n".join(wrong)


def test_compilation_and_luck_know_no_kind_of_agent() -> None:
    wrong = []
    for name, known in LEAVES.items():
        path = ROOT / name
        if not path.exists():
            continue
        for line, imported in imports_of(path):
            # yidu.agents.compiled.rule or yidu.agents.compiled, by how it is written
            module = ".".join(imported.split(".")[:3])
            if module.startswith("yidu.agents") and module not in known:
                wrong.append(f"{name}:{line}: imports {imported}; it is a leaf and knows no agent.")
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_top_of_the_tree_is_the_one_in_the_design() -> None:
    folders = {path.parts[0] for path in tracked_files() if len(path.parts) > 1}
    folders |= {path.name for path in ROOT.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    strangers = {folder for folder in folders - TOP_FOLDERS - BUILT if not folder.startswith(".") and not folder.endswith(".egg-info")}
    assert not strangers, f"{sorted(strangers)}: the layout has {sorted(TOP_FOLDERS)}."


def test_the_only_module_at_the_top_is_the_one_that_installs() -> None:
    assert {path.name for path in ROOT.glob("*.py")} <= {"setup.py"}, "all else lives in a folder"


@pytest.mark.parametrize("folder", sorted(TOP_FOLDERS))
def test_no_folder_gets_a_drawer_for_everything(folder: str) -> None:
    names = {"utils", "helpers", "misc"}
    drawers = [name_of(path) for path in (ROOT / folder).rglob("*.py") if path.stem in names]
    assert not drawers, f"{drawers}: name a file after its one idea."


@pytest.mark.parametrize(
    "source, package, found",
    [
        ("import yidu.sim.world", "agents", "yidu.sim.world"),
        ("from yidu.calibration import fit", "sim", "yidu.calibration.fit"),
        ("from .stages import growth", "sim", "sim.stages.growth"),
        ("def late():\n    from yidu.sim.region import load", "agents", "yidu.sim.region.load"),
    ],
)
def test_an_import_is_seen_however_it_is_written(source: str, package: str, found: str) -> None:
    names = [name for _, name in imports(source, package)]
    assert names == [found]


@pytest.mark.parametrize(
    "importer, imported, allowed",
    [
        ("sim", "yidu.agents.enterprise", True),
        ("agents", "yidu.sim.world", False),
        ("sim", "yidu.calibration.fit", False),
        ("viz", "yidu.experiments.assess.compute", True),
        ("viz", "yidu.command", False),
        ("viz", "experiments.assess", False),
        ("bench", "tests.viz.work", False),
        ("command", "yidu.viz.pages.app", True),
        ("sim", "tests.conftest", False),
        ("viz", "yidu.bench.run", False),
        ("command", "yidu.bench.command", True),
        ("bench", "yidu.bench.browser", True),
        ("sim", "numpy", True),
    ],
)
def test_the_one_way_is_the_way_of_the_design(importer: str, imported: str, allowed: bool) -> None:
    assert (wrong_way(importer, imported) is None) == allowed


def tracked_files() -> list[Path]:
    """What git knows of; nothing where this is no checkout."""
    try:
        listing = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True, timeout=20).stdout.decode()
    except (OSError, subprocess.SubprocessError):
        return []
    return [Path(name) for name in listing.split("\0") if name]


@pytest.mark.parametrize(
    "importer, imported, allowed",
    [
        ("viz.pages", "yidu.viz.commands.shared", False),
        ("viz.figures", "yidu.viz.terminal.stress", False),
        ("viz.report", "yidu.viz.terminal.table", False),
        ("viz.report", "yidu.viz.figures.assess", True),
        ("viz.pages", "yidu.viz.terminal.stress", True),
        ("experiments.judging", "yidu.experiments.assess.compute", False),
        ("experiments.assess", "yidu.experiments.judging.runs", True),
        ("viz.report", "yidu.experiments.report.answer", True),
    ],
)
def test_the_one_way_of_rooms_is_the_way_of_the_drawing(importer: str, imported: str, allowed: bool) -> None:
    assert (wrong_room(importer, imported) is None) == allowed
