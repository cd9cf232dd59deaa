"""What the documents say of commands, stages, levers, indicators and priors is what there is.

Tables between `<!-- generated: name -->` and `<!-- end -->` are written from the code and the shipped pack:
`python -m tests.test_docs` writes them anew.
"""

import ast
import contextlib
import importlib
import io
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import typer
import typer.main

from yidu import command
from yidu.agents.compiled import plain
from yidu.agents.numbers import NUMBERS, in_years, shown
from yidu.calibration.findings import read as read_findings
from yidu.calibration.manifest import DIAGNOSTICS
from yidu.sim.indicators import INDICATORS, PUBLIC_IDS
from yidu.sim.levers import LEVERS
from yidu.sim.region import REGIONS, Region, load
from yidu.sim.schedule import QUARTER
from yidu.viz.calibration.grids import docs_block

ROOT = Path(__file__).resolve().parents[1]
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
NAMES = [path.relative_to(ROOT).as_posix() for path in DOCS]
WRITTEN = (
    "README.md", "README.zh.md", "CHANGELOG.md", "docs/model.md", "docs/assumptions.md", "docs/region-pack.md",
    "docs/guide-planner.zh.md", "docs/guide-researcher.md", "docs/guide-presenter.zh.md", "docs/calibration.md",
)  # fmt: skip

FENCE = re.compile(r"^(```+)([a-z]*)\n(.*?)^\1\s*$", re.M | re.S)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
PROMPT = re.compile(r"^(?:\$ |> )?(?:\.venv/bin/|\.venv\\Scripts\\)?(?=(?:yidu|make)\b)")
LINK = re.compile(r"\[[^\]\n]+\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.M)
GENERATED = re.compile(r"(<!-- generated: ([a-z_]+) -->\n).*?(<!-- end -->)", re.S)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


# --- tables that are written from the code


def said(function: Any) -> str:
    """The first sentence of a docstring, for a cell of a table."""
    doc = " ".join((plain(function).__doc__ or "").split("\n\n")[0].split())
    return doc.replace("``", "`").replace("|", r"\|")


def table(heads: str, rows: Sequence[Sequence[object]]) -> str:
    columns = heads.split(" | ")
    lines = [f"| {heads} |", "| " + " | ".join("---" for _ in columns) + " |"]
    lines += ["| " + " | ".join(str(cell).replace("|", r"\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def stages(region: Region) -> str:
    rows = [(number, f"`{stage.name}`", stage.kind, said(stage.kernel)) for number, stage in enumerate(QUARTER, 1)]
    return table("no. | stage | rows of | what happens", rows)


def levers(region: Region) -> str:
    rows = [
        (f"`{one.id}`", f"{one.title_zh} {one.title_en}", one.group, one.unit, f"{one.low:g} to {one.high:g}",
         f"{one.record:g}", one.decided.zh, one.grade, one.source.en)
        for one in LEVERS.values()
    ]  # fmt: skip
    return table("id | title | group | unit | range | 2016-20 | decided by | grade | source", rows)


def levers_act(region: Region) -> str:
    return table("lever | enters | what the district pays for", [(f"`{one.id}`", one.enters, one.pays) for one in LEVERS.values()])


def rule_numbers(region: Region) -> str:
    rows = [
        (f"`{one.id}`", shown(one.value), one.unit, one.title.en, in_years(one), one.grade, "" if one.law is None else one.law.zh)
        for one in NUMBERS.values()
    ]  # fmt: skip
    return table("name | value | unit | what it is | in force | grade | text", rows)


def indicators(region: Region) -> str:
    targets = {target.indicator: f"{target.sense} {target.value:g} in {target.year}" for target in region.targets}
    rows = [(f"`{one.id}`", f"{one.title_zh} {one.title_en}", one.unit, one.counted.en, targets.get(one.id, "")) for one in INDICATORS]
    return table("id | title | unit | counted as | target of the plan", rows)


def environment(region: Region) -> str:
    rows = [
        (f"`{name}`", f"{one.title_zh} {one.title_en}", one.unit,
         ", ".join(f"{year}: {value:g}" for year, value in sorted(one.path.items())),
         f"{one.persistent_sd:g}; {one.sd:g}; {one.rho:g}", one.grade, one.source)
        for name, one in region.environment.fields.items()
    ]  # fmt: skip
    return table("field | title | unit | path, each value held | persistent sd; yearly sd; rho | grade | source", rows)


SHAPES: dict[str, Callable[[float, float], str]] = {
    "normal": lambda a, b: f"normal, mean {a:g}, sd {b:g}",
    "lognormal": lambda a, b: f"lognormal, median {a:g}, sigma {b:g}",
    "uniform": lambda a, b: f"uniform, {a:g} to {b:g}",
    "beta": lambda a, b: f"beta, {a:g} and {b:g}",
    "bernoulli": lambda a, b: f"1 with chance {a:g}",
}


def priors(region: Region) -> str:
    rows = [
        (f"`{one.parameter}`", SHAPES[one.distribution](one.a, one.b), f"{one.low:g} to {one.high:g}", one.unit,
         one.grade, one.source)
        for one in region.priors
    ]  # fmt: skip
    return table("parameter | distribution | bounds | unit | grade | source", rows)


def contested(region: Region) -> str:
    rows = [
        (f"`{name}`", one.reading, f"{one.value:g} {one.unit}", f"{one.statistic}, {one.period}", f"{one.tolerance:g}",
         f"{one.weight:g}", one.role, one.quote)
        for name in region.contested for one in region.readings(name)
    ]  # fmt: skip
    return table("fact | reading | value | statistic | tolerance | weight | role | sentence of the plan", rows)


CHOSEN: dict[str, tuple[str, ...]] = {
    "yidu.calibration.fit": ("DISCREPANCY", "KEPT", "FEWEST", "LEARNS"),
    "yidu.calibration.rounds": ("ENOUGH", "MORE", "ROUNDS", "REACH", "KEPT_LATER", "DRAWS"),
    "yidu.calibration.calibrate": ("TRUTHS", "CUT"),
    "yidu.calibration.checks": ("CHECKED", "STRONG"),
    "yidu.calibration.leave_out": ("PRIOR_SIZE",),
    "yidu.calibration.discrepancy": ("SHARED", "UNKNOWN"),
    "yidu.calibration.gates": ("SILENT", "MARGIN", "LEAST_TRUTHS"),
}
"""Constants of a calibration that docs/calibration.md lists, by module."""


def calibration_constants(region: Region) -> str:
    rows = [
        (f"`{name}`", getattr(importlib.import_module(module), name), f"`{file_of(module)}`", meanings(module)[name])
        for module, names in CHOSEN.items() for name in names
    ]  # fmt: skip
    return table("name | value | where | what it is", rows)


def file_of(module: str) -> str:
    """Where a module lies in a checkout."""
    return f"{module.removeprefix('yidu.').replace('.', '/')}.py"


def meanings(module: str) -> dict[str, str]:
    """What a module says of its constants: in the string or the comment that stands with each."""
    source = (ROOT / file_of(module)).read_text(encoding="utf-8")
    lines, body = source.splitlines(), ast.parse(source).body
    found = {}
    for node, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            said = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else None
            above = lines[node.lineno - 2].removeprefix("#:") if lines[node.lineno - 2].startswith("#:") else ""
            beside = lines[(node.end_lineno or node.lineno) - 1].partition("#")[2]
            found[node.targets[0].id] = " ".join(str(said or above or beside).split()).rstrip(".").replace("``", "`")
    return found


def calibrated(name: str) -> str:
    """What the shipped calibration of a region found; a line that says so where it has none yet."""
    file = REGIONS / name / "posterior" / DIAGNOSTICS
    if not file.exists():
        return "No diagnostics are shipped for this region yet; `yidu calibrate` makes them.\n"
    return docs_block(read_findings(file), load(name))


def calibration_dadukou(region: Region) -> str:
    return calibrated("dadukou")


def calibration_chongqing(region: Region) -> str:
    return calibrated("chongqing")


TABLES: dict[str, Callable[[Region], str]] = {
    one.__name__: one
    for one in (
        stages, levers, levers_act, rule_numbers, indicators, environment, priors, contested, calibration_constants, calibration_dadukou,
        calibration_chongqing,
    )
}  # fmt: skip


def renewed(text: str, region: Region) -> str:
    """A document with its generated tables as they should be."""
    return GENERATED.sub(lambda found: found[1] + TABLES[found[2]](region) + found[3], text)


@pytest.mark.parametrize("name", NAMES)
def test_generated_tables_say_what_the_code_and_the_pack_say(name: str, dadukou: Region) -> None:
    text = text_of(name)
    assert renewed(text, dadukou) == text, f"{name}: python -m tests.test_docs writes its tables anew"


def test_every_table_stands_somewhere() -> None:
    placed = [found[2] for name in NAMES for found in GENERATED.finditer(text_of(name))]
    assert sorted(placed) == sorted(TABLES)


# --- commands


def code_lines(text: str) -> Iterator[str]:
    """Lines of code blocks that are not Python, TOML or CSV, and code within sentences."""
    for _, language, body in FENCE.findall(text):
        if language not in {"python", "toml", "csv", "json", "text"}:
            yield from body.splitlines()
    yield from INLINE.findall(FENCE.sub("", text))


def commands_in(text: str) -> Iterator[list[str]]:
    """Every `yidu ...` and `make ...` as words, prompts and comments dropped; `make run ARGS=...` as what it runs."""
    for line in code_lines(text):
        if not PROMPT.match(line.strip()):
            continue
        words = shlex.split(PROMPT.sub("", line.strip()), comments=True)
        yield words
        arguments = next((word.removeprefix("ARGS=") for word in words if word.startswith("ARGS=")), None)
        if words[:2] == ["make", "run"] and arguments:
            yield ["yidu", *shlex.split(arguments)]


def named(one: tuple[str, tuple[str, ...]]) -> str:
    return f"{one[0]}: {' '.join(one[1])}"


SAID = sorted({(name, tuple(words)) for name in NAMES for words in commands_in(text_of(name))})


def understood(words: tuple[str, ...]) -> None:
    """Parse a command line of `yidu` without running it."""
    here: Any = typer.main.get_command(command.app)
    rest = list(words[1:])
    while rest and not rest[0].startswith("-") and hasattr(here, "commands"):
        if rest[0] not in here.commands and hasattr(here, "default"):
            rest.insert(0, here.default)
        assert rest[0] in here.commands, f"no command is called {rest[0]}"
        here = here.commands[rest.pop(0)]
    if hasattr(here, "commands"):
        options = {name for one in here.params for name in one.opts} | {"--help"}
        assert set(rest) <= options, f"no such option: {rest}"
        return
    if not rest:
        return  # the name of a command within a sentence
    with contextlib.suppress(typer.Exit), contextlib.redirect_stdout(io.StringIO()):
        here.make_context(here.name, rest)


def test_the_documents_show_commands() -> None:
    assert {name for name, _ in SAID} >= {"README.md", "README.zh.md", "docs/guide-planner.zh.md"}


@pytest.mark.parametrize("one", [one for one in SAID if one[1][0] == "yidu"], ids=named)
def test_every_command_line_shown_is_one_that_yidu_understands(one: tuple[str, tuple[str, ...]]) -> None:
    understood(one[1])


@pytest.mark.parametrize("mistaken", ["yidu asses", "yidu assess --run 3", "yidu --verbose", "yidu assess plan more"])
def test_a_command_line_that_yidu_would_refuse_is_noticed(mistaken: str) -> None:
    with pytest.raises(Exception, match=r".+"):
        understood(tuple(mistaken.split()))


def test_every_make_target_shown_exists() -> None:
    known = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.M))
    shown = {words[1] for _, words in SAID if words[0] == "make" and len(words) > 1 and "=" not in words[1]}
    assert shown >= {"run", "test"} and shown <= known


# --- what must not be left out


def test_the_documents_are_all_there() -> None:
    assert set(WRITTEN) <= set(NAMES)


@pytest.mark.parametrize("stage", QUARTER, ids=lambda stage: stage.name)
def test_every_stage_of_the_quarter_is_described(stage: Any) -> None:
    assert f"`{stage.name}`" in text_of("docs/model.md")


@pytest.mark.parametrize("id", [*LEVERS, *PUBLIC_IDS])
def test_every_lever_and_public_indicator_is_described(id: str) -> None:
    assert f"`{id}`" in text_of("docs/model.md")


def test_every_lever_has_a_place_where_it_acts_and_every_prior_a_row(dadukou: Region) -> None:
    assumptions = text_of("docs/assumptions.md")
    assert all(one.enters and one.pays for one in LEVERS.values())
    assert [one.parameter for one in dadukou.priors if f"| `{one.parameter}` |" not in assumptions] == []


def test_every_parameter_is_used_in_a_formula_of_the_model(dadukou: Region) -> None:
    model = GENERATED.sub("", text_of("docs/model.md"))
    assert [one.parameter for one in dadukou.priors if f"`{one.parameter}`" not in model] == []


def judged(path: Path) -> Iterator[str]:
    """Names in a source file that say of themselves that they are judgement: constants, and functions by docstring."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and "(D" in lines[node.end_lineno - 1].partition("#")[2]:  # type: ignore[operator]
            yield from (one.id for one in ast.walk(node) if isinstance(one, ast.Name) and one.id.isupper())
        elif isinstance(node, ast.FunctionDef) and re.search(r"(?<![&\w])D\b", ast.get_docstring(node) or ""):
            yield node.name


def test_every_rule_and_constant_that_is_judgement_is_listed() -> None:
    assumptions = text_of("docs/assumptions.md")
    files = [*(ROOT / "agents").glob("*.py"), *(ROOT / "sim").rglob("*.py")]
    names = sorted({name for path in files for name in judged(path)})
    assert len(names) > 30 and [name for name in names if f"`{name}`" not in assumptions] == []


# --- links


def anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).replace(" ", "-")


@pytest.mark.parametrize("name", NAMES)
def test_links_between_documents_resolve(name: str) -> None:
    broken = []
    for link in LINK.findall(FENCE.sub("", text_of(name))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, place = unquote(link).partition("#")
        goal = (ROOT / name).parent / path if path else ROOT / name
        if not goal.exists():
            broken.append(link)
        elif place and place not in {anchor(one) for one in HEADING.findall(FENCE.sub("", goal.read_text("utf-8")))}:
            broken.append(link)
    assert broken == []


if __name__ == "__main__":
    pack = load("dadukou")
    for document in DOCS:
        old = document.read_text(encoding="utf-8")
        if (new := renewed(old, pack)) != old:
            document.write_text(new, encoding="utf-8")
            print(f"{document.relative_to(ROOT).as_posix()}: tables written anew")
