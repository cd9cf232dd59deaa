"""How firms choose R&D, what of it is real, and what it yields."""

import math

from agents.compiled import rule
from agents.luck import happens

DEPRECIATION = 0.15  # of the knowledge stock a year, the convention of the literature (D)


@rule
def wanted_rd(intensity, revenue, cost_ratio, elasticity, loan_effect, constrained):
    """R&D a firm would report [万元/yr]: its norm, moved by the user cost once (no stacking).

    ``cost_ratio`` is the user cost over that of 2015; ``elasticity`` is ``rd_usercost_elast`` (A, Jia and Ma 2017), near zero for
    state firms; ``loan_effect`` is ``guarantee_effect_rd`` while a guaranteed loan runs (A); a firm short of cash cuts a seventh (D).
    """
    wanted = intensity * revenue * (1.0 + loan_effect)
    if cost_ratio != 1.0:
        wanted *= math.exp(-elasticity * math.log(cost_ratio))
    return wanted * 0.86 if constrained else wanted


@rule
def next_intensity(intensity, drift, line):
    """R&D over revenue a firm would choose, a quarter on [share]: drifts by a factor; a holder of a certificate keeps to the
    ``line`` of its size class (0 without one), above which firms bunch (A, Chen, Liu, Suárez Serrato and Xu 2021; the prior of
    ``rd_intensity_sme`` is cut off there for certified firms).
    """
    return min(0.35, max(1.02 * line, max(0.001, intensity * drift)))


@rule
def grant_response(grant, rd, additionality, saturation, misuse):
    """Own R&D that a grant adds or crowds out [万元/yr]: about zero (A/B), none beyond ``saturation`` of R&D subsidised,
    and the misused share (A-wp) does nothing.
    """
    if rd <= 0.0:
        return 0.0
    share = grant / rd
    useful = min(1.0, saturation / share) if share > saturation else 1.0
    return grant * (1.0 - misuse) * additionality * useful


@rule
def adjusted(now, wanted, speed):
    """A step of ``speed`` [share a quarter] from what is spent towards what is wanted [万元/yr]."""
    return now + speed * (wanted - now)


@rule
def next_knowledge(stock, real_rd, bonus):
    """Knowledge stock after a quarter [万元]: depreciates, gains real R&D [万元/yr] times one plus the bonus of partners,
    projects and stars [share].
    """
    return stock * (1.0 - 0.25 * DEPRECIATION) + 0.25 * real_rd * (1.0 + bonus)


@rule
def productivity_gain(elasticity, stock_before, stock_after):
    """Log growth that new knowledge gives in a quarter [log] (A, ``rd_productivity_elast``), within ±0.05."""
    return min(0.05, max(-0.05, elasticity * math.log((stock_after + 50.0) / (stock_before + 50.0))))


@rule
def star_bonus(talents, effect):
    """Bonus to research of the high-end talent a firm hosts [share]; falls off with each (B/D, ``star_effect``)."""
    return effect * math.log1p(1.0 * talents) if talents > 0 else 0.0 * effect


@rule
def patent_applications(rd_lagged, productivity, elasticity, factor, quality):
    """Expected invention applications a year [applications]: ``productivity`` at 100 万元 of real R&D, elasticity
    ``patent_rd_elast`` (D; weakening, Hu, Zhang and Zhao 2017); hidden quality spreads it over firms.
    """
    if rd_lagged <= 0.0:
        return 0.0
    return productivity * math.exp(elasticity * math.log(max(rd_lagged, 1.0) / 100.0)) * factor * math.exp(0.6 * quality - 0.18)


@rule
def lapse_rate(rate, certified, served):
    """Yearly lapse of live patents [1/yr]: 高企 keep theirs longer, served firms too (D on D)."""
    if certified:
        rate *= 0.8
    if served:
        rate *= 0.8
    return rate


@rule
def research_start_hazard(awareness_gain, incubated):
    """Yearly hazard that a firm without R&D starts some [1/yr]: 1 %, three times that in an incubator (D)."""
    return 0.01 * awareness_gain * (3.0 if incubated else 1.0)


@rule
def starts_research(awareness_gain, incubated, u):
    """Whether a firm without R&D starts some this quarter [yes/no]."""
    return happens(u, research_start_hazard(awareness_gain, incubated))
