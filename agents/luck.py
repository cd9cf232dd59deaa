"""Luck: counter-based draws keyed by run, agent id, calendar quarter and decision.

The same key gives the same draw on every machine, thread and engine; nobody's draw depends on how
many others drew before. The mixer is the SplitMix64 finaliser (Steele, Lea and Flood 2014).
"""

import math

import numpy as np

from yidu.agents.compiled import rule, word

MASK = 0xFFFFFFFFFFFFFFFF
UNIT = 1.0 / 9007199254740992.0
QUARTER_STEP = 0xD1B54A32D192ED03  # by which an agent's word moves on each quarter

# Kinds of agent and doors of entry, the first two parts of an id.
ENVIRONMENT, DISTRICT, ENTERPRISE, INCUBATOR, INSTITUTE, FUND, TALENT = np.arange(1, 8)
(
    DOOR_START,
    DOOR_FOUNDED,
    DOOR_ATTRACTED,
    DOOR_ANCHOR,
    DOOR_GIANT,
    DOOR_SPIN_OFF,
    DOOR_MARKET,
    DOOR_POLICY,
    DOOR_RECRUITED,
    DOOR_HOSTED,
    DOOR_FLEXIBLE,
) = np.arange(11)

# Decisions, one number each; never reuse a number for another decision.
(
    SIZE,
    SIZE_AGAIN,
    SECTOR,
    INDUSTRY,
    PLACE,
    BORN,
    QUALITY,
    RD_DOER,
    INTENSITY,
    STAFF,
    SCIENCE,
    HIGH_TECH_SHARE,
    STRATEGIC,
    HIGH_TECH_CLASS,
    DIGITAL,
    AWARE,
    PATENTS,
    OTHER_IP,
    CASH,
    VINTAGE,
    STATUS_RANK,
    STATE_OWNED,
    GROWTH,
    GIANT_RD,
    RD_START,
    GRANTED,
    LAPSED,
    OWN_IP,
    SERVED,
    COACHED,
    ACTS,
    LEARNS,
    REGISTERS,
    RELABELS,
    APPLIES_HNTE,
    PASSES_HNTE,
    FILES_AGAIN,
    SPECIALISES,
    LISTS,
    DELISTS,
    ASKS_LOAN,
    TAKEN_UP,
    PAID,
    LOAN_AMOUNT,
    DEFAULTS,
    FOLLOWS_ON,
    ASKS_SEED,
    SEED_AMOUNT,
    ASKS_VC,
    VC_AMOUNT,
    ASKS_FUND,
    FUND_AMOUNT,
    RANK,
    SEEKS_INCUBATOR,
    WHICH_INCUBATOR,
    GRADUATES,
    SEEKS_PARTNER,
    WHICH_PARTNER,
    LEAVES_PARTNER,
    SEEKS_PROJECT,
    PROPOSES_PLATFORM,
    PROPOSES_STATION,
    CLOSES,
    MOVES_OUT,
    BIRTHS,
    LANDS,
    LANDS_WHEN,
    ANCHOR_LANDS,
    GIANT_ARRIVES,
    OPENS_MARKET,
    OPENS_POLICY,
    UPGRADES,
    CAPACITY,
    INSTITUTE_LANDS,
    HIGH_PLATFORM,
    COLLABORATION,
    TRANSFER_BODY,
    SPIN_OFF,
    ARRIVES,
    ACCEPTS,
    CHOOSES_HOST,
    LEAVES,
    PERSON_QUALITY,
    PUBLICATION,
    FILES_FIRST,
    DRAW_INDEX,
    READING,
    PATH,
    PATH_LEVEL,
    SHOCK_YEAR,
    LEVER_LEVEL,
    PARAMETER,
    GDP_START,
    JOINS_COACHED,
    GAINS_BOARD,
    DISCREPANCY,
    BACKED,
    ADMITTED,
    UNRECORDED,
    OUT_FOR,
    WHICH_BANK,
    POOL_HAS_ROOM,
    CONVERTS,
    RECOGNISED,
    RISES,
    FLEXES,
    STAYS_FOR,
    STAYS_ON,
    FOUNDS_CONSORTIA,
    JOINS_CONSORTIUM,
    ASKS_GUARANTEE,
    GUARANTEE_AMOUNT,
) = np.arange(112)  # numpy integers: a literal would compile the drawing rule anew for each number


@rule
def mixed(x):
    """SplitMix64's finaliser: one 64-bit word in, one well-mixed word out (no unit)."""
    x = word(x)
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


@rule
def keyed(run_key, quarter, ident):
    """The word that an agent's draws of one quarter start from (no unit)."""
    base = mixed((word(run_key) ^ ((word(ident) * 0x9E3779B97F4A7C15) & MASK)) & MASK)
    return (base + word(quarter + 1000) * QUARTER_STEP) & MASK


@rule
def next_word(key):
    """An agent's word a quarter on (no unit): ``keyed`` of the next quarter, without mixing anew."""
    return (word(key) + QUARTER_STEP) & MASK


@rule
def drawn(key, decision):
    """Uniform draw in (0, 1) of one decision from an agent's word of the quarter [share]."""
    return ((mixed((word(key) + word(decision) * 0x8CB92BA72F3D8DD7) & MASK) >> 11) + 0.5) * UNIT


@rule
def luck(run_key, quarter, ident, decision):
    """Uniform draw in (0, 1), keyed by run, calendar quarter, agent id and decision [share]."""
    return drawn(keyed(run_key, quarter, ident), decision)


@rule
def run_key_of(seed, run):
    """The key of run number ``run`` under ``seed`` (no unit)."""
    return mixed((mixed(word(seed) ^ word(0x5851F42D4C957F2D)) + word(run) * 0x9E3779B97F4A7C15) & MASK) >> 1


@rule
def agent_id(kind, door, quarter, ordinal):
    """An id from kind, door of entry, birth quarter and ordinal within that door: never a row number."""
    return kind * 72057594037927936 + door * 281474976710656 + (quarter + 1000) * 4294967296 + ordinal


@rule
def paired_id(one, other):
    """A key for a meeting of two agents, the same whoever else exists (no unit)."""
    return mixed((word(one) * 0x9E3779B97F4A7C15 ^ word(other)) & MASK) >> 2


@rule
def hosted_id(kind, quarter, host_id, nth):
    """An id for what a host founds, derived from the host so that nobody else's changes it (no unit)."""
    return paired_id(host_id, agent_id(kind, DOOR_HOSTED, quarter, nth))


@rule
def normal(u):
    """Standard normal quantile of a uniform draw (Acklam's rational fit, relative error 1.15e-9)."""
    if u < 0.02425:
        q = math.sqrt(-2.0 * math.log(u))
        return (
            (
                (((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838e00) * q - 2.549732539343734e00) * q
                + 4.374664141464968e00
            )
            * q
            + 2.938163982698783e00
        ) / ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996e00) * q + 3.754408661907416e00) * q + 1.0)
    if u > 1.0 - 0.02425:
        q = math.sqrt(-2.0 * math.log(1.0 - u))
        return -(
            (
                (((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838e00) * q - 2.549732539343734e00) * q
                + 4.374664141464968e00
            )
            * q
            + 2.938163982698783e00
        ) / ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996e00) * q + 3.754408661907416e00) * q + 1.0)
    q = u - 0.5
    r = q * q
    return (
        (
            (
                (((-3.969683028665376e01 * r + 2.209460984245205e02) * r - 2.759285104469687e02) * r + 1.383577518672690e02) * r
                - 3.066479806614716e01
            )
            * r
            + 2.506628277459239e00
        )
        * q
        / (
            (
                (((-5.447609879822406e01 * r + 1.615858368580409e02) * r - 1.556989798598866e02) * r + 6.680131188771972e01) * r
                - 1.328068155288572e01
            )
            * r
            + 1.0
        )
    )


@rule
def laplace(u):
    """Laplace deviate of unit standard deviation, the shape of Chinese firm growth (A, Zou 2019)."""
    size = math.log(2.0 * min(u, 1.0 - u)) * 0.7071067811865476
    return size if u < 0.5 else -size


@rule
def poisson(mean, u):
    """Count of rare events with the given mean, by inversion of one draw; monotone in the mean [events]."""
    if mean <= 0.0:
        return 0
    mean = min(mean, 600.0)
    if u < 1.0 - mean:
        return 0  # the chance of none is at least one less the mean: most draws need no exponential
    chance = math.exp(-mean)
    total = chance
    count = 0
    while u > total and count < 1500:
        count += 1
        chance = chance * mean / count
        total += chance
    return count


@rule
def whole(amount, u):
    """A number of whole things for a fractional plan: 2.3 is 2, or 3 with probability 0.3 [things]."""
    floor = math.floor(amount)
    return int(floor) + (1 if u < amount - floor else 0)


@rule
def chance(yearly_hazard):
    """Probability that an event of the given yearly hazard happens within a quarter [share]."""
    if yearly_hazard <= 0.0:
        return 0.0
    return 1.0 - math.exp(-0.25 * yearly_hazard)


@rule
def happens(u, yearly_hazard):
    """Whether an event of the given yearly hazard happens this quarter [yes/no]; its chance is at most a quarter of the
    hazard, so most draws are settled without an exponential.
    """
    if u >= 0.25 * yearly_hazard:
        return False
    return u < chance(yearly_hazard)
