"""Imports go one way, and the top of the tree stays as it is drawn in the design."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Each may import itself and what stands before it. The app and the reports do not know the command line, nor what measures them.
ORDER = ("agents", "sim", "calibration", "experiments", "viz", "bench", "command")
NEVER_IMPORTED = {"tests", "docs"}
# The app is measured with the tests' own browser, where the tests are.
ALSO_IMPORTS = {"bench": {"tests"}}

TOP_FOLDERS = {"agents", "sim", "calibration", "experiments", "viz", "tests", "bench", "docs"}
BUILT = {"build", "dist", "__pycache__", "htmlcov", "out", "results"}

# Economics is read without plumbing.
RULE_FILE_IMPORTS = {"math", "numpy", "agents"}
# How rules are compiled, and where their draws come from: these two know no other file of agents/.
LEAVES = {"agents/compiled.py": set(), "agents/luck.py": {"agents.compiled"}}


def product_files() -> list[Path]:
    files = [path for folder in ORDER for path in sorted((ROOT / folder).rglob("*.py"))]
    command = ROOT / "command.py"
    return files + ([command] if command.exists() else [])


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
                base = ".".join(
                    parents[: len(parents) - node.level + 1] + ([node.module] if node.module else [])
                )
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    package = ".".join(path.relative_to(ROOT).parent.parts)
    return imports(path.read_text(encoding="utf-8"), package)


def wrong_way(importer: str, imported: str) -> str | None:
    """Why a module of the top folder `importer` may not import `imported`, or None."""
    top = imported.split(".")[0]
    if top in NEVER_IMPORTED - ALSO_IMPORTS.get(importer, set()):
        return f"the product does not import {top}"
    if top in ORDER and ORDER.index(top) > ORDER.index(importer):
        return f"{importer} does not know {top}"
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
        importer = path.relative_to(ROOT).parts[0].removesuffix(".py")
        for line, imported in imports_of(path):
            if why := wrong_way(importer, imported):
                wrong.append(f"{name_of(path)}:{line}: imports {imported}, but {why}.")
    assert not wrong, "\n" + "\n".join(wrong)


def test_rule_files_import_only_mathematics_and_each_other() -> None:
    wrong = []
    for path in product_files():
        name = name_of(path)
        if not name.startswith("agents/") or name in LEAVES or not holds_rules(path):
            continue
        for line, imported in imports_of(path):
            if imported.split(".")[0] not in RULE_FILE_IMPORTS:
                wrong.append(f"{name}:{line}: imports {imported}; a rule file knows math, numpy and agents.")
    assert not wrong, "\n" + "\n".join(wrong)


def test_compilation_and_luck_know_no_kind_of_agent() -> None:
    wrong = []
    for name, known in LEAVES.items():
        path = ROOT / name
        if not path.exists():
            continue
        for line, imported in imports_of(path):
            # agents.compiled.rule or agents.compiled, by how it is written
            module = ".".join(imported.split(".")[:2])
            if module.split(".")[0] == "agents" and module not in known:
                wrong.append(f"{name}:{line}: imports {imported}; it is a leaf and knows no agent.")
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_top_of_the_tree_is_the_one_in_the_design() -> None:
    folders = {path.parts[0] for path in tracked_files() if len(path.parts) > 1}
    folders |= {path.name for path in ROOT.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    strangers = {
        folder
        for folder in folders - TOP_FOLDERS - BUILT
        if not folder.startswith(".") and not folder.endswith(".egg-info")
    }
    assert not strangers, f"{sorted(strangers)}: the layout has {sorted(TOP_FOLDERS)}."


def test_the_only_module_at_the_top_is_the_command_line() -> None:
    modules = {path.name for path in ROOT.glob("*.py")}
    assert modules <= {"command.py"}, f"{sorted(modules)}: all but command.py live in a folder."


@pytest.mark.parametrize("folder", sorted(TOP_FOLDERS))
def test_no_folder_gets_a_drawer_for_everything(folder: str) -> None:
    names = {"utils", "helpers", "misc"}
    drawers = [name_of(path) for path in (ROOT / folder).rglob("*.py") if path.stem in names]
    assert not drawers, f"{drawers}: name a file after its one idea."


@pytest.mark.parametrize(
    "source, package, found",
    [
        ("import sim.world", "agents", "sim.world"),
        ("from calibration import fit", "sim", "calibration.fit"),
        ("from .stages import growth", "sim", "sim.stages.growth"),
        ("def late():\n    from sim.region import load", "agents", "sim.region.load"),
    ],
)
def test_an_import_is_seen_however_it_is_written(source: str, package: str, found: str) -> None:
    names = [name for _, name in imports(source, package)]
    assert names == [found]


@pytest.mark.parametrize(
    "importer, imported, allowed",
    [
        ("sim", "agents.enterprise", True),
        ("agents", "sim.world", False),
        ("sim", "calibration.fit", False),
        ("viz", "experiments.assess", True),
        ("viz", "command", False),
        ("command", "viz.app", True),
        ("sim", "tests.conftest", False),
        ("viz", "bench.run", False),
        ("command", "bench.command", True),
        ("bench", "tests.viz.browser", True),
        ("sim", "numpy", True),
    ],
)
def test_the_one_way_is_the_way_of_the_design(importer: str, imported: str, allowed: bool) -> None:
    assert (wrong_way(importer, imported) is None) == allowed


def tracked_files() -> list[Path]:
    """What git knows of; nothing where this is no checkout."""
    try:
        listing = subprocess.run(
            ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True, timeout=20
        ).stdout.decode()
    except (OSError, subprocess.SubprocessError):
        return []
    return [Path(name) for name in listing.split("\0") if name]
