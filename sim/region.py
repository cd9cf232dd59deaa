"""A region pack: a folder of facts, targets, levers, environment and priors, read once, checked throughout.

A new district is a folder, not a fork. `load` gives the pack or an InputError that names file, row and fix.
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from yidu.sim.errors import InputError, did_you_mean
from yidu.sim.files import drafted_folder
from yidu.sim.identities import Floats, Together, weighed_together
from yidu.sim.levers import LEVER_IDS, LEVERS, LeverPaths
from yidu.sim.pack import (
    END_KEYS,
    ENVIRONMENT_FIELDS,
    ENVIRONMENT_GROUPS,
    FACT_COLUMNS,
    GRADES,
    ROLES,
    SECTOR_IDS,
    START_KEYS,
    TARGET_COLUMNS,
    UNITS,
    EnvironmentCase,
    EnvironmentSpec,
    Fact,
    FieldSpec,
    Giant,
    NotAnswered,
    Place,
    Prior,
    RegionSettings,
    Sector,
    Target,
)
from yidu.sim.packfiles import (
    END_INSTEAD,
    SCENARIOS,
    PackFiles,
    check_ends,
    check_size,
    pack_files,
    read_environment,
    read_facts,
    read_levers,
    read_not_answered,
    read_priors,
    read_settings,
    read_targets,
)
from yidu.sim.reading import one_of, shown
from yidu.sim.room import check_room

__all__ = [
    "EnvironmentCase",
    "EnvironmentSpec",
    "Fact",
    "FieldSpec",
    "Giant",
    "Place",
    "Prior",
    "RegionSettings",
    "Sector",
    "Target",
    "SECTOR_IDS",
    "ENVIRONMENT_FIELDS",
    "ENVIRONMENT_GROUPS",
    "GRADES",
    "UNITS",
    "START_KEYS",
    "END_KEYS",
    "Region",
    "Summary",
    "check",
    "digest",
    "fact_readings",
    "find",
    "load",
    "new",
    "shipped",
]

REGIONS = Path(__file__).resolve().parent.parent / "calibration" / "regions"


@dataclass(frozen=True, repr=False)
class Region:
    """A pack that has passed every check."""

    name: str
    title_zh: str
    title_en: str
    folder: Path
    settings: RegionSettings
    facts: tuple[Fact, ...]
    targets: tuple[Target, ...]
    levers: LeverPaths
    lever_uncertainty: Mapping[str, float]
    environment: EnvironmentSpec
    priors: tuple[Prior, ...]
    scenario_names: tuple[str, ...]
    digest: str
    fact_names: tuple[str, ...] = field(default=())
    unrecorded_levers: tuple[str, ...] = ()
    """Levers that levers.toml has no record of: they take the level of their entry in `yidu.sim.levers`."""
    not_answered: tuple[NotAnswered, ...] = ()
    """Sentences of the plan that the model says nothing of."""
    files: PackFiles = field(kw_only=True, compare=False)
    """What it was read from: whatever else of the pack is read later is read from these bytes, which the digest is of."""

    def __repr__(self) -> str:
        return f"Region({self.name!r}, digest={self.digest[:12]!r})"

    def readings(self, name: str) -> tuple[Fact, ...]:
        """Every reading of a fact, in file order."""
        found = tuple(fact for fact in self.facts if fact.fact == name)
        if not found:
            raise InputError(
                f"no fact is called '{name}'", file=shown(self.folder / "facts.csv"), value=name,
                fix=did_you_mean(name, self.fact_names),
            )  # fmt: skip
        return found

    def fact(self, name: str, reading: str | None = None) -> Fact:
        """One reading of a fact: the one named, or the one that weighs most (the first of equals)."""
        rivals = self.readings(name)
        if reading is None:
            return max(rivals, key=lambda fact: fact.weight)
        for rival in rivals:
            if rival.reading == reading:
                return rival
        raise InputError(
            f"the fact '{name}' has no reading '{reading}'", file=shown(self.folder / "facts.csv"),
            value=reading, expected=" or ".join(rival.reading for rival in rivals),
        )  # fmt: skip

    @cached_property
    def together(self) -> tuple[Together, ...]:
        """Contested facts in groups that imply one another, with the weights of their combinations of readings."""
        return weighed_together(self)

    def weights(self, name: str) -> Floats:
        """Weights of the readings of a fact, weighed together with the facts that they imply [reading]; of one reading, 1."""
        return next((group.of(name) for group in self.together if name in group.facts), np.ones(1))

    def weight(self, fact: Fact) -> float:
        """Weight of one reading, weighed together with the facts that it implies [share]."""
        return float(self.weights(fact.fact)[self.readings(fact.fact).index(fact)])

    def facts_with_role(self, role: str) -> tuple[str, ...]:
        """Names of the facts that play a role, in file order."""
        return tuple(dict.fromkeys(fact.fact for fact in self.facts if fact.role == role))

    @property
    def contested(self) -> tuple[str, ...]:
        """Names of the facts with rival readings."""
        return tuple(name for name in self.fact_names if len(self.readings(name)) > 1)

    def target(self, indicator: str) -> Target | None:
        """The target set for an indicator (the last year's, if there are several), or None."""
        found = [target for target in self.targets if target.indicator == indicator]
        return max(found, key=lambda target: target.year) if found else None

    def scenario_file(self, name: str) -> Path:
        """Where a named scenario of the pack stands."""
        one_of(name, self.scenario_names, "scenario", file=shown(self.folder / "scenarios"))
        return self.folder / "scenarios" / f"{name}.toml"


def fact_readings(region: Region, name: str) -> tuple[Fact, ...]:
    """Every reading of a fact, in file order."""
    return region.readings(name)


def shipped() -> tuple[str, ...]:
    """Names of the regions that come with the product."""
    if not REGIONS.is_dir():
        return ()
    return tuple(sorted(folder.name for folder in REGIONS.iterdir() if (folder / "region.toml").is_file()))


def find(where: str | Path) -> Path:
    """The folder of a pack: a name shipped with the product, or a folder."""
    text = str(where).strip()
    if isinstance(where, str) and text in shipped():
        return REGIONS / text
    folder = Path(text).expanduser() if text.startswith("~/") else Path(text)
    if text and folder.name == "region.toml" and os.path.isfile(folder):
        return folder.parent
    if text and os.path.isdir(folder):
        if not (folder / "region.toml").is_file():
            raise InputError(
                f"the folder '{text}' is no region pack: it has no region.toml", file=shown(folder),
                value=text, fix="Make one with: yidu region new FOLDER NAME",
            )  # fmt: skip
        return folder
    listed = ", ".join(shipped()) or "none"
    raise InputError(
        f"no region and no folder is called '{text}'", value=text,
        fix=f"{_near_region(text)}Regions that come with the product: {listed}.",
    )  # fmt: skip


def _near_region(text: str) -> str:
    hint = did_you_mean(text, shipped())
    return f"{hint} " if hint.startswith("Did you mean") else ""


def load(where: str | Path) -> Region:
    """Read and check a pack, by the name of a shipped one or by folder."""
    pack = pack_files(find(where))
    settings = read_settings(pack)
    facts = read_facts(pack, settings)
    targets = read_targets(pack, settings)
    levers, spread, unrecorded = read_levers(pack, settings)
    environment = read_environment(pack, settings)
    priors = read_priors(pack)
    check_size(pack, settings, priors)
    check_ends(pack, settings, facts)
    check_room(pack.folder, settings, priors)
    return Region(
        name=settings.name,
        title_zh=settings.title_zh,
        title_en=settings.title_en,
        folder=pack.folder,
        settings=settings,
        facts=facts,
        targets=targets,
        levers=levers,
        lever_uncertainty=spread,
        environment=environment,
        priors=priors,
        scenario_names=pack.scenarios,
        digest=_digest(pack),
        fact_names=tuple(dict.fromkeys(fact.fact for fact in facts)),
        unrecorded_levers=unrecorded,
        not_answered=read_not_answered(pack, targets),
        files=pack,
    )


def with_scenarios_of_now(region: Region) -> Region:
    """The region with the scenarios that lie in its folder now, for who keeps one while its scenarios are edited.

    Raises:
        InputError: one of them cannot be read.
    """
    now = pack_files(region.folder).contents
    rest = {name: content for name, content in region.files.contents.items() if not name.startswith(f"{SCENARIOS}/")}
    files = PackFiles(region.folder, {**rest, **{name: now[name] for name in now if name.startswith(f"{SCENARIOS}/")}})
    return replace(region, files=files, scenario_names=files.scenarios, digest=_digest(files))


def digest(folder: Path) -> str:
    """SHA-256 of the files of a pack as `load` reads them, the same wherever they lie and however their lines end."""
    return _digest(pack_files(folder))


def _digest(pack: PackFiles) -> str:
    total = hashlib.sha256()
    for name, content in sorted(pack.contents.items()):
        total.update(name.encode() + b"\0" + str(len(content)).encode() + b"\0" + content)
    return total.hexdigest()


# --- checking and making packs ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Summary:
    """What a pack holds, counted: the answer of `yidu region check`."""

    name: str
    title_zh: str
    title_en: str
    folder: str
    digest: str
    record: str
    sectors: int
    places: int
    giants: int
    facts: int
    readings: int
    by_role: dict[str, int]
    contested: tuple[str, ...]
    targets: int
    levers: int
    priors: int
    by_grade: dict[str, int]
    environments: tuple[str, ...]
    scenarios: tuple[str, ...]
    has_fit: bool
    has_actuals: bool
    notes: tuple[str, ...]


def check(where: str | Path) -> Summary:
    """Read a pack with every check and count what it holds."""
    region = load(where)
    notes: list[str] = []
    for table, keys, mapping in (("start", START_KEYS, region.settings.start), ("end", END_KEYS, region.settings.end)):
        absent = [key for key in keys if key not in mapping and END_INSTEAD.get(key) not in mapping]
        if absent:
            notes.append(f"no record at the {table} for {', '.join(absent)}")
    if region.unrecorded_levers:
        levels = ", ".join(f"{id} = {LEVERS[id].record:g}" for id in region.unrecorded_levers)
        notes.append(f"levers without a record in levers.toml take the usual level: {levels}")
    if "status_quo" not in region.scenario_names:
        notes.append("no scenario status_quo: the paths of levers.toml serve")
    if not region.targets:
        notes.append("no target is set: assess prints the forecast by indicator and year")
    if not region.facts_with_role("calibrate"):
        notes.append("no fact to calibrate on")
    years = region.settings.years
    return Summary(
        name=region.name,
        title_zh=region.title_zh,
        title_en=region.title_en,
        folder=shown(region.folder),
        digest=region.digest,
        record=f"{years.record_start}-{years.record_end}",
        sectors=len(region.settings.sectors),
        places=len(region.settings.places),
        giants=len(region.settings.giants),
        facts=len(region.fact_names),
        readings=len(region.facts),
        by_role={role: len(region.facts_with_role(role)) for role in ROLES},
        contested=region.contested,
        targets=len(region.targets),
        levers=len(LEVER_IDS),
        priors=len(region.priors),
        by_grade={grade: sum(prior.grade == grade for prior in region.priors) for grade in GRADES},
        environments=tuple(region.environment.environments),
        scenarios=region.scenario_names,
        has_fit=(region.folder / "posterior").is_dir(),
        has_actuals=(region.folder / "actuals.csv").is_file(),
        notes=tuple(notes),
    )


_SKELETON_NOTE = """\
# A new region pack, copied in structure from the shipped one: EVERY FIGURE HERE IS THE TEMPLATE'S AND MUST BE
# REPLACED. In this order: region.toml, facts.csv, targets.csv, levers.toml, environment.toml, priors.csv,
# scenarios/. Then run: yidu region check FOLDER
"""
_SKELETON_QUOTE = "（请换成原文）replace with the sentence of the source"


def new(folder: str | Path, name: str) -> Path:
    """Write the skeleton of a pack into a folder that does not exist yet; it loads as it stands."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", str(name), re.ASCII):
        raise InputError(
            f"'{name}' cannot name a region", value=str(name),
            expected="lower-case letters, digits and _, a letter first, as in nanan",
        )  # fmt: skip
    goal = Path(folder).expanduser()
    if goal.exists() or goal.is_symlink():
        raise InputError(
            "already exists, and nothing is written over", file=shown(goal),
            fix="Name a folder that is not there yet.",
        )  # fmt: skip
    template = load("dadukou")
    try:
        goal.parent.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        raise InputError(f"cannot be made ({reason.strerror or reason})", file=shown(goal)) from None
    with drafted_folder(goal, shown(goal)) as draft:
        _write_skeleton(template, draft, name)
        load(draft)
    return goal


def _write_skeleton(template: Region, draft: Path, name: str) -> None:
    source = template.files.contents
    for file in ("region.toml", "levers.toml", "environment.toml"):
        text = source[file].decode()
        if file == "region.toml":
            text = re.sub(r'(?m)^name = ".*"', f'name = "{name}"', text, count=1)
            text = re.sub(r'(?m)^title_zh = ".*"', f'title_zh = "{name}（请填中文名）"', text, count=1)
            text = re.sub(r'(?m)^title_en = ".*"', f'title_en = "{name}"', text, count=1)
        (draft / file).write_text(_SKELETON_NOTE + "\n" + text, encoding="utf-8")
    (draft / "priors.csv").write_bytes(source["priors.csv"])
    needed = {*template.settings.start.values(), *template.settings.end.values()}
    kept = [fact for fact in template.facts if fact.fact in needed]
    _write_table(draft / "facts.csv", FACT_COLUMNS, kept)
    _write_table(draft / "targets.csv", TARGET_COLUMNS, template.targets)
    (draft / SCENARIOS).mkdir()
    for scenario in template.scenario_names:
        name = f"{SCENARIOS}/{scenario}.toml"
        (draft / name).write_bytes(source[name])


def _write_table(path: Path, columns: tuple[str, ...], rows: Iterable[Fact | Target]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(columns)
        for row in rows:
            cells = [_SKELETON_QUOTE if column == "quote" else getattr(row, column) for column in columns]
            table.writerow(f"{cell:.10g}" if isinstance(cell, float) else cell for cell in cells)
