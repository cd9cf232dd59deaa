"""How firms choose R&D, what of it is real, and what it yields."""

import math

from yidu.agents import numbers
from yidu.agents.compiled import rule


@rule
def wanted_rd(intensity, revenue, cost_ratio, elasticity, loan_effect, constrained):
    """R&D a firm would report [万元/yr]: its norm, moved by the user cost once (no stacking).

    ``cost_ratio`` is the user cost over that of 2015; ``elasticity`` is ``rd_usercost_elast`` (A, Jia and Ma 2017), near zero for
    state firms; ``loan_effect`` is ``guarantee_effect_rd`` while a guaranteed loan runs (A); a firm short of cash cuts a seventh (D).
    """
    wanted = intensity * revenue * (1.0 + loan_effect)
    if cost_ratio != 1.0:
        wanted *= math.exp(-elasticity * math.log(cost_ratio))
    return wanted * numbers.RD_WHEN_SHORT if constrained else wanted


@rule
def next_intensity(intensity, drift, line):
    """R&D over revenue a firm would choose, a quarter on [share]: drifts by a factor; a holder of a certificate keeps to the
    ``line`` of its size class (0 without one), above which firms bunch (A, Chen, Liu, Suárez Serrato and Xu 2021; the prior of
    ``rd_intensity_sme`` is cut off there for certified firms).
    """
    return min(0.35, max(numbers.KEEPS_ABOVE_LINE * line, max(0.001, intensity * drift)))


@rule
def next_high_tech_share(share, renewal, intensity, line):
    """高新技术产品 revenue over revenue, a year on [share]: new products out of research take the place of old ones at ``renewal``
    a year (``product_renewal``, D) in a firm whose R&D over revenue is the certificate's ``line``, in proportion to it in others,
    to one and a half times that.
    """
    replaced = renewal * min(numbers.RENEWAL_MOST, intensity / line)
    return share + min(1.0, replaced) * (1.0 - share)


@rule
def pursuit(rate, appeal, quality):
    """Part of the way to what a certificate asks for that a register firm goes in a year [share]: ``criteria_pursuit`` (D) times what
    the certificate is worth to it (those respond that it saves tax: A, Chen et al. 2021), half as much again for a standard deviation
    of quality; weak firms do not try.
    """
    return min(1.0, max(0.0, rate * appeal * (1.0 + numbers.PURSUIT_OF_QUALITY * quality)))


@rule
def science_share(usual, intensity, typical, z):
    """Science staff over staff of a firm that does research, at birth [share]: with its R&D over the ``typical`` as later
    (elasticity of science staff to R&D), and spread by half a log point (D).
    """
    with_research = math.exp(numbers.SCIENCE_STAFF_ELASTICITY * math.log(max(0.001, intensity) / typical) + 0.5 * z)
    return min(0.8, max(0.02, usual * with_research))


@rule
def towards(now, asked, step):
    """What a firm has a year on [its unit], when it goes a ``step`` [share] of the way to what is asked; it never goes back."""
    return now + step * max(0.0, asked - now)


@rule
def grant_response(grant, rd, additionality, saturation, misuse):
    """R&D that public money adds to a firm's own [万元/yr]: what is spent on R&D of it, and the own R&D that it draws or crowds out,
    ``additionality`` a yuan and about zero (A/B). The misused share (A-wp) does nothing, and what goes beyond ``saturation`` of R&D
    takes the place of own R&D.
    """
    if rd <= 0.0:
        return 0.0
    share = grant / rd
    useful = min(1.0, saturation / share) if share > saturation else 1.0
    return grant * (1.0 - misuse) * (1.0 + additionality) * useful


@rule
def adjusted(now, wanted, speed):
    """A step of ``speed`` [share a quarter] from what is spent towards what is wanted [万元/yr]."""
    return now + speed * (wanted - now)


@rule
def next_knowledge(stock, real_rd, bonus):
    """Knowledge stock after a quarter [万元]: depreciates, gains real R&D [万元/yr] times one plus the bonus of partners,
    projects and stars [share].
    """
    return stock * (1.0 - 0.25 * numbers.DEPRECIATION) + 0.25 * real_rd * (1.0 + bonus)


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
        rate *= numbers.LAPSE_KEPT
    if served:
        rate *= numbers.LAPSE_KEPT
    return rate


@rule
def research_start_hazard(rate, drive, strength, awareness_gain, incubated):
    """Yearly hazard that a firm without R&D starts some [1/yr], 转型升级: ``rate`` (``research_start_rate``, D), more by ``strength``
    (``transformation_drive``, D) times the city-wide drive, and three times that in an incubator (D).
    """
    usual = rate * (1.0 + strength * drive) * awareness_gain
    return usual * (numbers.RESEARCH_STARTS_INCUBATED if incubated else 1.0)
