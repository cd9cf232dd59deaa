"""A toy fit with a known answer: 20 normal parameters, 12 facts that are linear in them plus luck, published with an error."""

import numpy as np

from yidu.calibration.fit import Evidence

PARAMETERS, FACTS = 20, 12
NAMES = tuple(f"fact{k}" for k in range(FACTS))
LUCK = 0.3


def slopes() -> np.ndarray:
    """What each parameter does to each fact; the last eight parameters do nothing."""
    table = np.random.default_rng(7).normal(size=(PARAMETERS, FACTS)) * 0.6
    table[12:] = 0.0
    return table


def toy(runs: int, seed: int = 1, tolerance: float = 0.05) -> Evidence:
    """Runs of the toy, drawn from the prior."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(runs, PARAMETERS))
    gaps = scores @ slopes() + LUCK * rng.normal(size=(runs, FACTS))
    noise = rng.normal(size=(runs, FACTS))
    return Evidence(NAMES, scores, gaps, np.full((runs, FACTS), tolerance), noise, gaps.std(axis=0), np.ones(runs, bool))


def exact(at: np.ndarray, given: Evidence, discrepancy: float, facts: list[int] | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of the parameters that published ``at``."""
    columns = list(range(FACTS)) if facts is None else facts
    error = given.error(discrepancy)[0, columns]
    table = slopes()[:, columns]
    noise = np.diag(LUCK**2 + np.square(error))
    gain = table @ np.linalg.inv(table.T @ table + noise)
    return gain @ at[columns], np.eye(PARAMETERS) - gain @ table.T
