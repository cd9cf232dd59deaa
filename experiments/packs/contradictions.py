"""Where a region's plan disagrees with itself, in plain words: ``contradictions.toml`` of the pack.

Figures and quotes of a side come from facts.csv and targets.csv wherever they stand there; the file adds what the two sides are about
and what follows. It is no part of what a fit depends on (`yidu.calibration.manifest.FITTED_FILES`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from yidu.sim.errors import InputError, did_you_mean
from yidu.sim.pack import Checked, Fact, Id, Target, Text
from yidu.sim.reading import read_text, read_toml, validated

if TYPE_CHECKING:
    from yidu.sim.region import Region

FILE = "contradictions.toml"
TABLE = "[[contradictions]]"


class Side(Checked):
    """One of the figures that do not agree.

    Attributes:
        fact: id of a row of facts.csv.
        target: indicator of a row of targets.csv.
        zh, en: what it says beyond that row; all that is said where it is of neither table.
        quote: the sentence of the source, where neither table has it.
    """

    fact: str = ""
    target: str = ""
    zh: str = ""
    en: str = ""
    quote: str = ""


class Contradiction(Checked):
    """Figures that cannot all be right as they stand, and what follows."""

    id: Id
    title_zh: Text
    title_en: Text
    sides: tuple[Side, ...] = Field(min_length=2)
    so_zh: Text
    so_en: Text

    def facts(self, region: Region) -> tuple[Fact, ...]:
        """Rows of facts.csv that it is about."""
        known = {fact.id: fact for fact in region.facts}
        return tuple(known[side.fact] for side in self.sides if side.fact)


class ContradictionsFile(Checked):
    """contradictions.toml."""

    contradictions: tuple[Contradiction, ...] = ()


def contradictions_of(region: Region) -> tuple[Contradiction, ...]:
    """The contradictions that a region's pack tells of, checked; none where it has no such file.

    Raises:
        InputError: names the file, the row and the fix.
    """
    if FILE not in region.files.contents:
        return ()
    source = region.files.source(FILE)
    file = source.file
    tree = read_toml(source)
    rows = [number for number, line in enumerate(read_text(source).split("\n"), 1) if line.strip().startswith(TABLE)]
    listed = tree.get("contradictions", [])
    if set(tree) - {"contradictions"} or not isinstance(listed, list) or len(rows) != len(listed):
        validated(ContradictionsFile, tree, file=file)
        raise InputError("is not a list of contradictions", file=file, expected=f"{TABLE} before each")
    found: dict[str, Contradiction] = {}
    for row, one in zip(rows, listed):
        made = validated(Contradiction, one, file=file, row=row)
        if made.id in found:
            raise InputError(
                f"the contradiction '{made.id}' is there twice", file=file, row=row, value=made.id, fix="Give it an id of its own."
            )
        for side in made.sides:
            _check(region, made, side, file, row)
        found[made.id] = made
    return tuple(found.values())


def _check(region: Region, one: Contradiction, side: Side, file: str, row: int) -> None:
    facts, targets = [fact.id for fact in region.facts], [target.indicator for target in region.targets]
    if side.fact and side.fact not in facts:
        raise InputError(
            f"'{one.id}' speaks of a row '{side.fact}' that facts.csv does not have", file=file, row=row, value=side.fact,
            fix=did_you_mean(side.fact, facts),
        )  # fmt: skip
    if side.target and side.target not in targets:
        raise InputError(
            f"no target is set for '{side.target}'", file=file, row=row, value=side.target, fix=did_you_mean(side.target, targets)
        )
    if side.fact and side.target:
        raise InputError(f"a side of '{one.id}' has both a fact and a target", file=file, row=row, fix="Make two sides of it.")
    if not (side.fact or side.target or (side.zh and side.en)):
        raise InputError(
            f"a side of '{one.id}' says nothing", file=file, row=row,
            expected="fact = ..., target = ..., or a sentence as zh = ... and en = ...",
        )  # fmt: skip
    if bool(side.zh) != bool(side.en):
        raise InputError(f"a side of '{one.id}' says something in one language only", file=file, row=row, expected="zh = ... and en = ...")


def target_of(region: Region, side: Side) -> Target | None:
    """The row of targets.csv that a side is about."""
    return region.target(side.target) if side.target else None
