"""One run, number by number: regression numbers, not forecasts."""

from tests.reference.remake import FILE, HEADING, computed, kept, moved


def test_the_reference_run_has_not_moved():
    old, new = kept(), computed()
    changes = moved(old, new)
    shown = "\n".join(f"  {y} {i}: {a:.6g} -> {b:.6g}" for y, i, a, b in changes[:20])
    assert not changes, (
        f"{len(changes)} of {len(new)} numbers moved:\n{shown}\n"
        "If that is meant: python -m tests.reference.remake, in a commit of its own, with a changelog line."
    )


def test_the_file_says_that_it_is_no_forecast():
    assert FILE.read_text(encoding="utf-8").startswith(HEADING + "\nyear,indicator,value,unit\n")
    assert "regression numbers, not forecasts" in HEADING


def test_a_moved_number_and_a_new_one_are_found():
    old = {(2020, "gdp"): 266.46, (2020, "jobs"): 10.0, (2020, "rd_growth"): float("nan")}
    new = {(2020, "gdp"): 266.46 * (1 + 1e-12), (2020, "jobs"): 10.1, (2020, "rd_growth"): float("nan"), (2021, "gdp"): 1.0}
    assert [(y, i) for y, i, *_ in moved(old, new)] == [(2020, "jobs"), (2021, "gdp")]
