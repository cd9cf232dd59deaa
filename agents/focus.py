"""Where the district leans among industries 产业导向: what one sector gets another does not."""

from yidu.agents.compiled import rule

BIG_DATA, ENVIRONMENTAL, HEALTH, CULTURE = 0, 1, 2, 3  # sector numbers of the four pillars; those after them are traditional industry


@rule
def focus_weight(sector, big_data, environment, health, culture, traditional):
    """Weight of a firm's sector among those that the district turns to [ratio]: the pillar's own, or that of traditional industry."""
    if sector == BIG_DATA:
        return big_data
    if sector == ENVIRONMENTAL:
        return environment
    if sector == HEALTH:
        return health
    if sector == CULTURE:
        return culture
    return traditional


@rule
def leans_nowhere(big_data, environment, health, culture, traditional):
    """Whether all industries weigh the same [yes/no]: firms are then reached as they are spread."""
    return (big_data == environment) & (environment == health) & (health == culture) & (culture == traditional)
