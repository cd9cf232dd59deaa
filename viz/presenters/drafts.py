"""A file to begin with: a scenario with every lever written out, and an example of everything else that may stand in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from yidu.experiments.judging.unknown import highest_on_record
from yidu.experiments.scenarios.scenario import asks, plan_years
from yidu.sim import levers
from yidu.viz.words import Words
from yidu.viz.words.format import number
from yidu.viz.words.titles import trigger_text

if TYPE_CHECKING:
    from yidu.experiments.scenarios.mix import Mix
    from yidu.experiments.scenarios.scenario import Scenario
    from yidu.sim.region import Region


def scenario_text(words: Words, region: Region, scenario: Scenario, extends: str | None = None) -> str:
    """A scenario file that changes nothing yet: each lever as a comment, at its level in `scenario`.

    `extends`: how the file names the scenario, its name by default.
    """
    years = plan_years(region)
    first, later, last = years[0], years[min(2, len(years) - 1)], years[-1]
    other = "en" if words.language == "zh" else "zh"
    value = scenario.levers.get("seed_fund", first)
    most = levers.LEVERS["seed_fund"].high
    example: dict[str, object] = {
        "first": first, "later": later, "last": last, "value": f"{value:g}", "more": f"{min(2.0 * value or most, most):g}",
    }  # fmt: skip
    lines = [
        f"# {words('template.head')}",
        f"# {words('template.ways')}",
        *(f"#   {words(f'template.{way}', **example)}" for way in ("way_value", "way_steps", "way_ramp", "way_part")),
        "",
        f'title_{words.language} = "{words("template.title")}"',
        f'title_{other} = "{words("template.title_other")}"',
        'description = ""',
        f"extends = {json.dumps(extends or scenario.name, ensure_ascii=False)}",
        "",
        "[levers]",
    ]
    group = None
    for lever in levers.LEVERS.values():
        if lever.group != group:
            group = lever.group
            lines += ["", f"# ---- {levers.GROUPS[group][0 if words.language == 'zh' else 1]}"]
        lines.append("# " + _about(words, region, lever))
        lines.append(f"# {lever.id} = {_path(scenario, lever.id, years)}")
    lines += [
        "",
        "[environment]",
        f"# {words('template.environment_head')}",
        '# super_deduction = "law"',
        *(f"# {name} = {region.environment.fields[name].yearly()[first - levers.FIRST_YEAR]:g}" for name in ("gdp_growth", "city_pull")),
        "",
        f"# {words('template.trigger_head')}",
        *_example_trigger(scenario, later),
        f"# {words('template.trigger_drop')}",
        *(line for one in scenario.triggers for line in (f"# ({trigger_text(words, one)})", *_dropped(asks(one), one.year))),
        "",
    ]
    return "\n".join(lines)


def mix_toml(words: Words, region: Region, mix: Mix) -> str:
    """A mix as a scenario file that gives it again, each line with its title and unit above it."""
    scenario = mix.scenario(region)
    fields = region.environment.fields
    lines = [f"# {words('template.saved', region=words.titled(region))}", ""]
    lines += [f"{key} = {json.dumps(getattr(scenario, key), ensure_ascii=False)}" for key in ("title_zh", "title_en")]
    lines.append(f"extends = {json.dumps(mix.base, ensure_ascii=False)}")
    if mix.levers:
        lines += ["", "[levers]"]
    for id, steps in mix.levers:
        lines += ["# " + _about(words, region, levers.LEVERS[id]), f"{id} = {path_toml(dict(steps))}"]
    if mix.assumptions:
        lines += ["", "[environment]"]
    for id, steps in mix.assumptions:
        lines += [f"# {words('phrase.with_unit', title=words.titled(fields[id]), unit=words.unit(fields[id].unit))}"]
        lines.append(f"{id} = {path_toml(dict(steps))}")
    for when, year, then in mix.rules:
        sets = ", ".join(f"{id} = {value:.15g}" for id, value in then)
        lines += ["", "[[triggers]]", f"when = {json.dumps(when)}", f"year = {year}", f"then = {{{sets}}}" if then else "drop = true"]
    return "\n".join(lines) + "\n"


def path_toml(path: Mapping[int, float]) -> str:
    """A path by year as a scenario file writes it: one value, or each from its year on."""
    years = sorted(path)
    steps = [year for i, year in enumerate(years) if i == 0 or path[year] != path[years[i - 1]]]
    if len(steps) == 1:
        return f"{path[steps[0]]:.15g}"
    return "{" + ", ".join(f"{year} = {path[year]:.15g}" for year in steps) + "}"


def _about(words: Words, region: Region, lever: levers.Lever) -> str:
    """Title, unit, range, status quo and who decides."""
    years, record = plan_years(region), region.settings.years
    over = f"{record.record_start + 1}-{record.record_end}"
    parts = [
        words(
            "template.lever",
            title=words.titled(lever),
            unit=words.unit(lever.unit),
            low=f"{lever.low:g}",
            high=f"{lever.high:g}",
            decided_by=words.text(lever.decided),
        ),
        words("template.status_quo", value=number(region.levers.get(lever.id, years[0]))),
        words("template.highest", over=over, value=number(highest_on_record(region, lever.id))),
    ]
    return words("scenario.join").join(parts)


def _example_trigger(scenario: Scenario, year: int) -> list[str]:
    more = min(2.0 * scenario.levers.get("enterprise_coaching", year) or 60.0, levers.LEVERS["enterprise_coaching"].high)
    return ["# [[triggers]]", '# when = "tech_enterprises < 400"', f"# year = {year}", f"# then = {{enterprise_coaching = {more:g}}}"]


def _dropped(asked: str, year: int) -> list[str]:
    return ["# [[triggers]]", f'# when = "{asked}"', f"# year = {year}", "# drop = true"]


def _path(scenario: Scenario, lever: str, years: Sequence[int]) -> str:
    return path_toml({year: scenario.levers.get(lever, year) for year in years})
