"""Any small district through its years: see `tests.sim.any_district`. `python -m tests.campaign` goes on for as long as one likes."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sim.accounts import STOCKS, through_doors
from tests.sim.any_district import AnyDistrict
from tests.sim.small import SMALL_RECORD, opened, quarters, small


def driven(districts: int, steps: int) -> None:
    """So many districts, each told or moved on so many times."""
    chosen = settings(
        max_examples=districts, stateful_step_count=steps, suppress_health_check=list(HealthCheck), deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a district of a hundred parameters shrinks slowly: tests.campaign does it
    )  # fmt: skip
    run_state_machine_as_test(AnyDistrict, settings=chosen)


def test_whatever_happens_to_any_small_district_everything_adds_up():
    driven(6, 10)


@pytest.mark.slow
def test_whatever_happens_to_many_small_districts_everything_adds_up():
    driven(80, 16)


def test_reconciliation_counts_what_it_has_done(dadukou):
    w = opened(dadukou, draws=small(dadukou, pool_size=12.0), known=SMALL_RECORD | {"otc_listed_2020": 100.0}, until=2021)
    start = STOCKS["otc_listed"](w)
    for _ in quarters(w, 23):
        pass
    assert STOCKS["otc_listed"](w) - start == through_doors(w, "otc_listed")
