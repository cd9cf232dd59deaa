"""A file to begin with: a scenario with every lever written out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.scenario import plan_years
from sim import levers
from viz.words import Words

if TYPE_CHECKING:
    from experiments.scenario import Scenario
    from sim.region import Region


def scenario_text(words: Words, region: Region, scenario: Scenario) -> str:
    """A scenario file that changes nothing yet: each lever as a comment, at its level in `scenario`."""
    years = plan_years(region)
    first, later = years[0], years[min(2, len(years) - 1)]
    other = "en" if words.language == "zh" else "zh"
    lines = [
        f"# {words('template.head')}",
        f"# {words('template.values', first=first, later=later)}",
        "",
        f'title_{words.language} = "{words("template.title")}"',
        f'title_{other} = "{words("template.title_other")}"',
        'description = ""',
        f'extends = "{scenario.name}"',
        "",
        "[levers]",
    ]
    group = None
    for lever in levers.LEVERS.values():
        if lever.group != group:
            group = lever.group
            lines += ["", f"# ---- {levers.GROUPS[group][0 if words.language == 'zh' else 1]}"]
        decided = words.or_else(f"decided.{lever.decided_by}", lever.decided_by)
        lines.append(
            "# "
            + words(
                "template.lever",
                title=words.titled(lever),
                unit=words.unit(lever.unit),
                low=f"{lever.low:g}",
                high=f"{lever.high:g}",
                decided_by=decided,
            )
        )
        lines.append(f"# {lever.id} = {_path(scenario, lever.id, years)}")
    lines += ["", "[environment]", f"# {words('template.environment')}", ""]
    return "\n".join(lines)


def _path(scenario: Scenario, lever: str, years: Sequence[int]) -> str:
    values = [scenario.levers.get(lever, year) for year in years]
    steps = [
        (year, value)
        for i, (year, value) in enumerate(zip(years, values))
        if i == 0 or value != values[i - 1]
    ]
    if len(steps) == 1:
        return f"{steps[0][1]:.15g}"
    return "{" + ", ".join(f"{year} = {value:.15g}" for year, value in steps) + "}"
