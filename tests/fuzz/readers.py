"""What is attacked: each reader of the product with good inputs of its own, and what counts as an answer.

A reader answers with a result, or with a sentence (`InputError` and its like). Anything else is a finding: another exception, a hang, a
sentence that is none, or a file left behind.
"""

from __future__ import annotations

import io
import os
import shutil
import traceback
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote_from_bytes

from tests.fuzz import mutators
from tests.fuzz.guards import Hung, within
from tests.fuzz.mutators import Luck
from yidu.sim.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 20.0
"""Far beyond what any example takes, so that what passes it hangs."""

LONGEST = 3000
"""Characters of a sentence that a person still reads."""


class Finding(NamedTuple):
    """Something that must not be."""

    what: str
    where: str
    detail: str

    @property
    def key(self) -> tuple[str, str]:
        """The same for what is the same mistake."""
        return self.what.split(":")[0], self.where


class Bench(NamedTuple):
    """A reader with good inputs.

    spoil: an input that is spoiled by luck. read: has it read. reset: undoes what was spoiled.
    """

    spoil: Callable[[Luck], Any]
    read: Callable[[Any], object]
    reset: Callable[[Any], object]
    folder: Path
    good: Any
    """The input as it was: it must be read, or the attack says nothing."""


class Answered(NamedTuple):
    """How an attempt ended: whether the input was taken, the sentence where not, and what must not be."""

    taken: bool
    sentence: str
    finding: Finding | None


def tried(bench: Bench, given: Any, seconds: float = SECONDS) -> Answered:
    """Have an input read, and judge the answer."""
    before = listing(bench.folder)
    taken, sentence, finding = False, "", None
    try:
        with within(seconds):
            bench.read(given)
        taken = True
    except InputError as error:
        try:
            with within(seconds):
                sentence = str(error)
                finding = wrong_sentence(error)
        except (Exception, Hung) as reason:
            finding = found(reason)
    except (Exception, Hung) as reason:
        finding = found(reason)
    finally:
        bench.reset(given)
    left = sorted(listing(bench.folder) ^ before)
    if left and finding is None:
        finding = Finding("left behind", left[0], ", ".join(left[:5]))
    return Answered(taken, sentence, finding)


def found(reason: BaseException) -> Finding:
    """An exception as a finding, told apart by its type and by the last place in the product that it came through."""
    frames = [frame for frame in traceback.extract_tb(reason.__traceback__) if Path(frame.filename).is_relative_to(ROOT)]
    frames = [frame for frame in frames if ".venv" not in frame.filename]
    own = [frame for frame in frames if f"{os.sep}tests{os.sep}" not in frame.filename] or frames
    where = f"{Path(own[-1].filename).relative_to(ROOT)}:{own[-1].name}" if own else "outside"
    return Finding(f"{type(reason).__name__}: {str(reason)[:200]}", where, "".join(traceback.format_exception(reason))[-3000:])


def wrong_sentence(error: InputError) -> Finding | None:
    """What is wrong with a sentence, in either language."""
    from yidu.viz.words import LANGUAGES, Words

    for said in (str(error), *(Words(language).error(error) for language in LANGUAGES)):
        for wrong, what in (
            (not said.strip(), "empty sentence"),
            ("\n" in said, "sentence of several lines"),
            (len(said) > LONGEST, "endless sentence"),
            (any(not one.isprintable() and one != "\u3000" for one in said), "unprintable sentence"),
            ("Traceback" in said or "Error(" in said or "object at 0x" in said, "sentence of a programmer"),
        ):
            if wrong:
                return Finding(what, error.file or "", ascii(said[:300]))
    return None


def listing(folder: Path) -> set[str]:
    """Names of all that lies in a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


class Reader(NamedTuple):
    """What is attacked: its name, what it reads, where that is in the source, and how its bench is laid out in an empty folder."""

    name: str
    about: str
    source: str
    lay: Callable[[Path], Bench]


def of_files(folder: Path, names: list[str], read: Callable[[], object]) -> Bench:
    """A bench whose inputs are files in a folder, one of which is spoiled at a time: `{name: content}`."""
    contents = {name: (folder / name).read_bytes() for name in names}

    def spoil(luck: Luck) -> dict[str, bytes]:
        name = luck.choice(names)
        return {name: mutators.spoilt(name, contents[name], luck)}

    def given(spoiled: Mapping[str, bytes]) -> object:
        for name, content in spoiled.items():
            (folder / name).write_bytes(content)
        return read()

    def reset(spoiled: Mapping[str, bytes]) -> None:
        for name in spoiled:
            (folder / name).write_bytes(contents[name])

    return Bench(spoil, given, reset, folder, {})


def of_values(folder: Path, good: Any, spoil: Callable[[Luck], Any], read: Callable[[Any], object]) -> Bench:
    """A bench whose inputs are handed over as they are."""
    return Bench(spoil, read, lambda given: None, folder, good)


# --- region packs

PACK = ("region.toml", "facts.csv", "targets.csv", "levers.toml", "environment.toml", "priors.csv")
ACTUALS = (
    "indicator,period,value,unit,source,tolerance\ntech_enterprises,2021,360,家,invented,\nrd_expenditure,2022,12.5,亿元,invented,0.4\n"
)
MIX = """
title_zh = "甲"
title_en = "A"
description = "d"
extends = "plan"
[levers]
seed_fund = { from = 300, to = 900, years = [2021, 2025] }
joint_projects = "x1.5"
enterprise_coaching = { 2021 = "+20%", 2023 = 60 }
knowledge_loan_cover = 0.85
[environment]
super_deduction = "law"
gdp_growth = { 2022 = 0.04 }
[[triggers]]
when = "tech_enterprises < 400"
year = 2023
then = { enterprise_coaching = 61, ip_services = 33.3 }
"""


def pack_in(folder: Path, posterior: bool = False) -> Path:
    """A copy of the shipped pack with all that may stand in one."""
    from yidu.sim.region import REGIONS

    left_out = () if posterior else ("posterior",)
    pack = Path(shutil.copytree(REGIONS / "dadukou", folder / "pack", ignore=shutil.ignore_patterns(*left_out)))
    (pack / "actuals.csv").write_text(ACTUALS, encoding="utf-8")
    (pack / "scenarios" / "mine.toml").write_text(MIX, encoding="utf-8")
    return pack


def of_pack(names: list[str]) -> Callable[[Path], Bench]:
    """A bench for some files of a pack, read as every command and `yidu region check` do."""

    def lay(folder: Path) -> Bench:
        from yidu.experiments.packs.whole import load_whole
        from yidu.sim.region import check

        pack = pack_in(folder)

        def read() -> None:
            load_whole(pack)
            check(pack)

        return of_files(pack, names, read)

    return lay


def running(folder: Path) -> Bench:
    """Packs whose values are changed within what their checks let pass: such a pack must run."""
    import numpy as np

    from yidu.sim.ensemble import simulate
    from yidu.sim.region import load

    pack = pack_in(folder)

    def read() -> None:
        region = load(pack)
        for draw in range(2):
            values = simulate(region, region.levers, runs=1, seed=1, first_run=draw).values
            if np.isinf(values).any():
                raise AssertionError("a run of an accepted pack is infinite")

    names = ["region.toml", "facts.csv", "levers.toml", "environment.toml", "priors.csv"]
    bench = of_files(pack, names, read)

    def spoil(luck: Luck) -> dict[str, bytes]:
        name = luck.choice(names)
        content = (pack / name).read_bytes()
        return {name: (mutators.spoilt_table if name.endswith(".csv") else mutators.spoilt_toml)(content, luck)}

    return bench._replace(spoil=spoil)


def fit(folder: Path) -> Bench:
    """The fit that lies in a pack: manifest, draws, findings."""
    from yidu.calibration import findings
    from yidu.calibration.manifest import posterior
    from yidu.sim.region import load

    pack = pack_in(folder, posterior=True)
    region = load(pack)

    def read() -> None:
        findings.read(pack / "posterior" / "diagnostics.json")
        posterior(region)

    return of_files(pack, ["posterior/manifest.json", "posterior/draws.parquet", "posterior/diagnostics.json"], read)


def kept_sample(folder: Path) -> Bench:
    """Runs that an earlier calibration left: damaged ones are made again."""
    import numpy as np

    from yidu.calibration import sample
    from yidu.sim.indicators import INDICATOR_IDS

    shape = (6, len(INDICATOR_IDS))
    np.save(folder / "part-000000000.npy", np.zeros((3, *shape), np.float32))

    def read() -> None:
        found = sample._read(folder / "part-000000000.npy", shape)
        assert found is None or found.shape[1:] == shape

    return of_files(folder, ["part-000000000.npy"], read)


# --- sweeps

DESIGNS = {
    "lhs": '[design]\nkind = "lhs"\nsize = 4\nseed = 3\n[vary]\n'
    'knowledge_loan_cover = [0.5, 0.9]\ngdp_growth = [0.03, 0.05]\nentry_rate = "prior"\n'
    '[fix]\ntalent_leave = 0.1\n[runs]\nper_point = 2\nyears = [2024, 2025]\nindicators = ["gdp"]\nchunk = 5\nluck = "independent"\n',
    "grid": '[design]\nkind = "grid"\nlevels = 2\n[base]\nregion = "dadukou"\nscenario = "plan"\n'
    'environment = "slow"\nseed = 2\ndraws = "prior"\n'
    '[vary]\n"seed_fund@2023" = [0, 600]\nseed = [1, 2]\nscenario = ["plan", "status_quo"]\n',
    "sobol": '[design]\nkind = "sobol"\nsize = 4\n[vary]\nseed_fund = [0, 600]\nenvironment = ["baseline", "slow"]\n',
    "morris": '[design]\nkind = "morris"\nsize = 2\n[vary]\nseed_fund = [0, 600]\nip_services = [0, 30]\n',
    "saltelli": '[design]\nkind = "saltelli"\nsize = 2\nsecond_order = true\n[vary]\nseed_fund = [0, 600]\nip_services = [0, 30]\n',
    "table": '[design]\nkind = "table"\nfile = "points.csv"\n',
    "parquet": '[design]\nkind = "table"\nfile = "points.parquet"\n',
}
POINTS = "seed_fund,gdp_growth,environment,seed,entry_rate\n300,0.03,baseline,1,0.05\n600,0.04,slow,2,0.06\n0,0.05,baseline,1,0.05\n"


def designs(folder: Path) -> Bench:
    """Design files of every kind, and tables of points."""
    import pandas as pd

    from yidu.experiments.sweep.designs import read

    for name, text in DESIGNS.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    (folder / "points.csv").write_text(POINTS, encoding="utf-8")
    pd.read_csv(io.StringIO(POINTS)).to_parquet(folder / "points.parquet")
    names = [*(f"{name}.toml" for name in DESIGNS), "points.csv", "points.csv", "points.parquet"]
    bench = of_files(folder, names, lambda: None)
    asks = {"points.csv": "table.toml", "points.parquet": "parquet.toml"}

    def given(spoiled: Mapping[str, bytes]) -> None:
        for name, content in spoiled.items():
            (folder / name).write_bytes(content)
        for name in spoiled or names:
            design = read(folder / asks.get(name, name))
            assert design.digest and len(design.points)

    return bench._replace(read=given)


SWEPT = '[design]\nkind = "lhs"\nsize = 30\nseed = 3\n[vary]\nknowledge_loan_cover = [0.5, 0.9]\nenterprise_coaching = [0, 60]\n' \
    '[runs]\nper_point = 1\nyears = [2024, 2025]\nindicators = ["tech_enterprises", "gdp"]\nchunk = 11\n'  # fmt: skip


def sweeps(folder: Path) -> Bench:
    """The folder of a sweep: shown, analysed, exported, gone on with."""
    import contextlib

    from yidu.experiments.sweep.analysis import run_analysis
    from yidu.experiments.sweep.chunks import compute
    from yidu.experiments.sweep.compute import manifest_for, parts_of, run_sweep
    from yidu.experiments.sweep.designs import read as read_design
    from yidu.experiments.sweep.export import export
    from yidu.experiments.sweep.store import Unwritten, begun, opened
    from yidu.experiments.sweep.summary import summary

    (folder / "design.toml").write_text(SWEPT, encoding="utf-8")
    design = read_design(folder / "design.toml")
    run_sweep(design, folder / "s", contextlib.nullcontext(lambda work: map(compute, work)))  # type: ignore[arg-type]
    manifest = manifest_for(design)
    out = folder / "out"

    def read() -> None:
        said: InputError | None = None
        for look in (
            lambda: summary(opened(folder / "s")),
            lambda: run_analysis(opened(folder / "s"), method="pawn"),
            lambda: opened(folder / "s").inputs(["entry_rate"]),
            lambda: export(opened(folder / "s"), out / "x.csv"),
            lambda: export(opened(folder / "s"), out / "x.nc"),
        ):
            try:
                look()
            except InputError as error:
                said = error
                assert not listing(out), "half an export"
            shutil.rmtree(out)
            out.mkdir()
        try:
            begun(folder / "s", manifest, design.points, parts_of(design)).close()
        except (InputError, Unwritten) as error:
            said = said or (error if isinstance(error, InputError) else None)
        if said is not None:
            raise said

    out.mkdir()
    names = ["s/manifest.json", "s/manifest.json", "s/design.parquet", "s/parts/part-000000.parquet", "s/parts/part-000002.parquet"]
    bench = of_files(folder, names, read)

    def reset(spoiled: Mapping[str, bytes]) -> None:
        (folder / "s" / "parts").mkdir(exist_ok=True)
        bench.reset(spoiled)  # a part that cannot be read is made anew, so it may be gone
        for path in out.iterdir():
            path.unlink()

    return bench._replace(reset=reset)


# --- workbooks


@cache
def workbook() -> bytes:
    """The shipped region as a workbook."""
    from datetime import datetime

    from yidu.sim.region import load
    from yidu.viz.words import Words
    from yidu.viz.workbook.region import to_excel

    return to_excel(Words("zh"), load("dadukou"), datetime(2021, 3, 1))


def as_workbook(folder: Path, given: Any, grids: Any = None) -> None:
    """Take a workbook as `yidu region from-excel` does: a pack that passes all checks, or nothing at all."""
    from yidu.experiments.packs.whole import load_whole
    from yidu.viz.workbook import region_read as region_from_workbook

    usual = region_from_workbook.read_workbook
    if grids is not None:
        region_from_workbook.read_workbook = lambda raw, name: grids
    try:
        load_whole(region_from_workbook.from_excel(given, folder / "back", "my.xlsx").folder)
    finally:
        region_from_workbook.read_workbook = usual
        if not grids or not isinstance(given, InputError):
            shutil.rmtree(folder / "back", ignore_errors=True)


def workbooks(folder: Path) -> Bench:
    """Workbooks with bytes, parts or markup spoiled."""
    raw = workbook()
    return of_values(folder, raw, lambda luck: mutators.spoilt("x.xlsx", raw, luck), lambda given: as_workbook(folder, given))


def cells(folder: Path) -> Bench:
    """Workbooks that are whole, with other values in their cells, rows gone, twice, elsewhere."""
    from yidu.viz.workbook.spreadsheet import Cell, read_workbook

    good = read_workbook(workbook(), "my.xlsx")

    def spoil(luck: Luck) -> Any:
        grids = [grid._replace(cells=dict(grid.cells)) for grid in good]
        for _ in range(luck.choice((1, 1, 1, 2, 3))):
            at = luck.randrange(len(grids))
            held = grids[at].cells
            row, column = luck.choice(sorted(held)) if held else (1, 1)
            match luck.randrange(8):
                case 0:
                    del held[row, column]
                case 1:
                    moved = luck.choice((1, -1, 1000))
                    rows = {(r + moved if r >= row else r, c): cell for (r, c), cell in held.items()}
                    held.clear()
                    held.update({place: cell for place, cell in rows.items() if place[0] > 0})
                case 2:
                    held.update({(row, c): held[r, c] for r, c in list(held) if r == luck.choice((row - 1, row + 1))})
                case 3:
                    for place in [place for place in held if place[luck.randrange(2)] == (row, column)[luck.randrange(2)]]:
                        del held[place]
                case 4:
                    grids[at] = grids[at]._replace(name=luck.choice((*mutators.TEXTS, grids[luck.randrange(len(grids))].name)))
                case _:
                    value = luck.choice(mutators.NUMBERS) if luck.randrange(2) else luck.choice(mutators.TEXTS)
                    look = luck.choice(("General", "0%", "@", "yyyy-mm-dd"))
                    held[row, column] = Cell(
                        luck.choice((value, value, value, None, True)), look, luck.randrange(9) == 0, luck.randrange(20) == 0
                    )
        return grids

    return of_values(folder, good, spoil, lambda grids: as_workbook(folder, b"", grids))


# --- the app

LINKS = (
    "mix=plan&enterprise_coaching=60&seed_fund=2021:300,2023:600&assume.gdp_growth=0.05&env=slow&seed=2&lang=en",
    "when=tech_enterprises%20%3C%20400@2023~enterprise_coaching:60&title=%E7%94%B2&target=gdp&tab=why",
    "a=status_quo&b=mix%3Dplan%26seed_fund%3D300&c=now&draw=3&firm=12&page=2",
)


def _in_link(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe=":,@~.")


def links(folder: Path) -> Bench:
    """What stands behind the question mark of a link; a link that is read must say the same when it is written again."""
    from yidu.sim.region import load
    from yidu.viz.app import address
    from yidu.viz.pages import compare

    region = load("dadukou")

    def spoil(luck: Luck) -> str:
        link = luck.choice(LINKS)
        if luck.randrange(3) == 0:
            return mutators.spoilt_bytes(link.encode(), luck).decode("utf-8", luck.choice(("replace", "surrogateescape")))
        pairs = [list(pair) for pair in parse_qsl(link)]
        at = luck.choice(pairs)
        match luck.randrange(6):
            case 0:
                pairs.append(list(at))
            case 1:
                at[luck.randrange(2)] = luck.choice(mutators.TEXTS)
            case 2:
                number = luck.choice(mutators.NUMBERS)
                at[1] = "9" * 5000 if isinstance(number, int) and abs(number) > 10**300 else str(number)
            case 3:
                at[luck.randrange(2)] = mutators.misspelt(at[1], luck)
            case 4:
                at[1] = mutators.inserted(at[1].encode(), luck.choice(mutators.PIECES), luck).decode("utf-8", "replace")
            case _:
                at[1] = ",".join([at[1]] * luck.choice((2, 3, 100)))
        return "&".join(f"{_in_link(name)}={_in_link(value)}" for name, value in pairs)

    def read(link: str) -> None:
        asked, wrong, doubts = address.read(region, link)
        again = address.query(asked, made=address.made_by(region))
        assert address.read(region, again) == (asked, (), ()), "a link that is not the same when it is written again"
        for error in (*wrong, *doubts):
            raise error
        for code in compare.codes(region, asked):
            compare.mix_of_code(region, asked, code)

    return of_values(folder, LINKS[0], spoil, read)


def uploads(folder: Path) -> Bench:
    """Scenario files that a visitor sends, in pieces as a browser sends them."""
    from yidu.sim.region import load
    from yidu.viz.pages.overview import read_scenario
    from yidu.viz.pages.upload import Pieces

    region = load("dadukou")
    good = MIX.encode()

    def spoil(luck: Luck) -> list[tuple[Any, list[bytes]]]:
        content = mutators.spoilt("x.toml", good, luck) if luck.randrange(3) else good
        name = "my.toml" if luck.randrange(3) else luck.choice(mutators.TEXTS) + luck.choice((".toml", ""))
        half = luck.randrange(len(content) + 1)
        told: list[tuple[Any, list[bytes]]] = [
            ({"file": 1, "name": name, "size": len(content), "at": at}, [piece])
            for at, piece in ((0, content[:half]), (half, content[half:]))
        ]
        if luck.randrange(3) == 0:
            piece = luck.choice(told)
            piece[0][luck.choice(("file", "name", "size", "at"))] = mutators.strange(luck)
        if luck.randrange(5) == 0:
            told = luck.choice((told[::-1], told[:1], told * 2, [(mutators.strange(luck), [content])], [(told[0][0], [])]))
        return told

    def read(told: list[tuple[Any, list[bytes]]]) -> None:
        pieces = Pieces(10_000_000)
        for said, buffers in told:
            came = pieces.take(said, buffers)
            if came is not None:
                read_scenario(region, came.name, came.data)

    return of_values(folder, [({"file": 1, "name": "a.toml", "size": len(good), "at": 0}, [good])], spoil, read)


def app_options(folder: Path) -> Bench:
    """How the server is started: addresses, names, proxies, headers, paths, a file with the password."""
    from yidu.viz.commands.app import address_of, password_of, root_of, rules_of
    from yidu.viz.commands.shared import Wrong
    from yidu.viz.words import Words

    words = Words("zh")
    good = {
        "host": "127.0.0.1",
        "names": ["yidu.example"],
        "proxies": ["10.0.0.0/8"],
        "header": "X-User",
        "root": "/yidu",
        "password": b"long enough\n",
    }
    (folder / "password").write_bytes(b"")

    def spoil(luck: Luck) -> dict[str, Any]:
        given: dict[str, Any] = {key: list(value) if isinstance(value, list) else value for key, value in good.items()}
        key = luck.choice(sorted(given))
        text = luck.choice(
            (*mutators.TEXTS, "::", "[::1]", "1.2.3.4/33", "::1/129", "*", "a" * 70 + ".b", "é.example", "host:99999", "//", "/../x")
        )
        given[key] = [text] if key in ("names", "proxies") else mutators.spoilt_bytes(good["password"], luck) if key == "password" else text
        return given

    def read(given: dict[str, Any]) -> None:
        (folder / "password").write_bytes(given["password"])
        try:
            rules_of(words, given["host"], given["names"], given["proxies"], given["header"])
            password_of(words, str(folder / "password"), True)
        except Wrong as error:
            raise InputError(str(error)) from None
        address_of(given["host"], 80, root_of(given["root"]))

    return of_values(folder, good, spoil, read)


def said_errors(folder: Path) -> Bench:
    """Sentences themselves: whatever stands in the entries of an error, it is one readable line in both languages, and soon."""
    from yidu.viz.words import _sayings

    rows = [pattern.pattern for pattern, _ in _sayings("zh")]

    def spoil(luck: Luck) -> SimpleNamespace:
        import re

        message = re.sub(r"\\(.)", r"\1", re.sub(r"\(\?P<_\d>\.\*\?\)", lambda _: str(luck.choice(mutators.TEXTS)), luck.choice(rows)))
        return SimpleNamespace(message=message, more={
            key: luck.choice((None, luck.choice(mutators.TEXTS))) for key in ("file", "unit", "expected", "fix", "sheet")
        } | {"cell": luck.choice((None, "A5")), "row": luck.choice((None, 3)), "value": mutators.strange(luck)})  # fmt: skip

    def read(given: SimpleNamespace) -> None:
        if given is not nothing:
            raise InputError(given.message, **given.more)

    nothing = SimpleNamespace(message="a", more={})
    return of_values(folder, nothing, spoil, read)


READERS: dict[str, Reader] = {
    reader.name: reader
    for reader in (
        *(Reader(name, f"{name} of a region pack", "sim/packfiles.py", of_pack([name])) for name in PACK),
        Reader("events.toml", "events of a region pack", "experiments/stress/events.py", of_pack(["events.toml"])),
        Reader("owners.toml", "who does what in a region", "sim/owners.py", of_pack(["owners.toml"])),
        Reader(
            "contradictions.toml",
            "where a plan disagrees with itself",
            "experiments/packs/contradictions.py",
            of_pack(["contradictions.toml"]),
        ),
        Reader("scenarios", "scenario files", "experiments/scenarios/scenario.py", of_pack(["scenarios/mine.toml", "scenarios/plan.toml"])),
        Reader("actuals", "published figures", "calibration/actuals.py", of_pack(["actuals.csv"])),
        Reader("running", "packs that pass their checks, run", "sim/packfiles.py", running),
        Reader("fit", "posterior/ of a pack", "calibration/manifest.py", fit),
        Reader("sample", "kept runs of a calibration", "calibration/sample.py", kept_sample),
        Reader("designs", "designs of sweeps and tables of points", "experiments/sweep/designs.py", designs),
        Reader("sweeps", "folders of sweeps", "experiments/sweep/store.py", sweeps),
        Reader("workbooks", "region workbooks, their bytes and parts", "viz/workbook/spreadsheet.py", workbooks),
        Reader("cells", "region workbooks, their cells", "viz/workbook/region_read.py", cells),
        Reader("links", "links of the app", "viz/app/address.py", links),
        Reader("uploads", "scenario files sent to the app", "viz/pages/upload.py", uploads),
        Reader("app", "how the app is started", "viz/commands/app.py", app_options),
        Reader("sentences", "errors as they are said", "viz/words/__init__.py", said_errors),
    )
}
