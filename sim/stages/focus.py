"""How services reach the sectors that the district leans to: the number reached stays, whom it reaches does not."""

from yidu.agents import numbers
from yidu.agents.compiled import kernel
from yidu.agents.enterprise import NEVER
from yidu.agents.fund import deal_hazard
from yidu.agents.luck import chance
from yidu.agents.statuses import beyond_the_best, certificate_valid
from yidu.sim.population import leans, weight_of
from yidu.sim.world import N_SECTORS

COACHED, MARGIN, BACKED, STAKED = 0, 1, 2, 3  # rows of ``reached``: what a firm of each sector meets this quarter
COULD_COACH, COULD_BACK, COULD_STAKE = 4, 5, 6  # rows of ``reached``: firms of each sector that could still be reached
IN_NEED = 7  # row of ``reached``: firms of each sector that coaching is for, coached this year or not


@kernel
def keenness(f, certified):
    """Chance that a register firm applies for a project this year [share]: more with a partner and with a platform (D)."""
    if f.rd <= 0.0 or not (certified or f.platforms > 0 or f.partner >= 0):
        return 0.0
    return 0.25 + (0.25 if f.partner >= 0 else 0.0) + (0.25 if f.platforms > 0 else 0.0)


@kernel
def in_need(f):
    """Whether coaching is for a firm [yes/no]: off the register, and unaware with research, or able to enter."""
    return (((f.aware == 0) & (f.intensity > 0.0)) | (f.eligible == 1)) & (f.register_q == NEVER)


@kernel
def may_take_a_stake(f, quarter):
    """Whether a register firm is one that the industry fund looks at [yes/no]."""
    lately = (f.vc_q != NEVER) & (quarter - f.vc_q < 8)
    return (f.giant <= 0) & (not lately) & (f.revenue > numbers.STAKE_FROM)


@kernel
def share_out(w, given, could, usual):
    """Chance of being reached by sector [share] into the row ``given``, by weight, so that of the firms in the row ``could`` as many
    are reached as at the chance ``usual``. Where all of a sector are reached, what is left goes to the others.
    """
    lever = w.levers[w.district[0].row]
    left = 0.0
    for s in range(N_SECTORS):
        left += usual * w.reached[could, s]
        w.reached[given, s] = 0.0
    for _ in range(N_SECTORS):
        mass = 0.0
        for s in range(N_SECTORS):
            if w.reached[given, s] < 1.0:
                mass += weight_of(lever, s) * w.reached[could, s]
        if mass <= 0.0 or left <= 0.0:
            return
        filled = False
        for s in range(N_SECTORS):
            if w.reached[given, s] < 1.0 and weight_of(lever, s) * left >= mass:
                w.reached[given, s] = 2.0  # all of them, told apart from those that are not
                filled = True
        if not filled:
            for s in range(N_SECTORS):
                if w.reached[given, s] < 1.0:
                    w.reached[given, s] = weight_of(lever, s) * left / mass
            return
        for s in range(N_SECTORS):
            if w.reached[given, s] == 2.0:
                w.reached[given, s] = 1.0
                left -= w.reached[could, s]


@kernel
def count_within_reach(w):
    """Count by sector whom coaching, backing and the industry fund could reach this quarter."""
    d = w.district[0]
    for row in (COULD_COACH, COULD_BACK, COULD_STAKE, IN_NEED):
        for s in range(N_SECTORS):
            w.reached[row, s] = 0.0
    for i in w.roll[: d.n_roll]:
        f = w.firms[i]
        if in_need(f):
            w.reached[IN_NEED, f.sector] += 1.0
            w.reached[COULD_COACH, f.sector] += 1.0 if f.coached_year != d.year else 0.0
        if f.register_q != NEVER:
            w.reached[COULD_BACK, f.sector] += keenness(f, certificate_valid(f.hnte_q, d.quarter))
            if may_take_a_stake(f, d.quarter):
                w.reached[COULD_STAKE, f.sector] += 1.0


@kernel
def go_deeper(w):
    """How far coaching goes beyond those whom it helps most, by sector [share]: as far as it covers the sector's own firms in a year."""
    d = w.district[0]
    lever = w.levers[d.row]
    needy, mass = 0.0, 0.0
    for s in range(N_SECTORS):
        needy += w.reached[IN_NEED, s]
        mass += weight_of(lever, s) * w.reached[IN_NEED, s]
    if mass <= 0.0:
        return
    for s in range(N_SECTORS):
        covered = min(1.0, 4.0 * d.coach_chance * weight_of(lever, s) * needy / mass)
        w.reached[MARGIN, s] = beyond_the_best(covered, w.params[0].coaching_saturation)


@kernel
def reach_sectors(w):
    """Spread coaching, backing and stakes over sectors: evenly, or as the district leans. Going deep into one sector helps its firms
    less and costs more, as going deep into all does.
    """
    d = w.district[0]
    lever = w.levers[d.row]
    stakes = chance(deal_hazard(lever.industry_fund / d.districts))
    for s in range(N_SECTORS):
        w.reached[COACHED, s], w.reached[MARGIN, s] = d.coach_chance, d.coach_margin
        w.reached[BACKED, s], w.reached[STAKED, s] = d.back_chance, stakes
    if not leans(lever):
        return
    count_within_reach(w)
    share_out(w, COACHED, COULD_COACH, d.coach_chance)
    share_out(w, BACKED, COULD_BACK, d.back_chance)
    share_out(w, STAKED, COULD_STAKE, stakes)
    go_deeper(w)
