"""How rules read the tables of `yidu.agents.numbers`."""

from yidu.agents.compiled import rule


@rule
def in_force(values, year):
    """The value of a dated number in a year [its unit]: that of the latest first year that has come, before all of them the earliest."""
    for since, value in values:
        if year >= since:
            return value
    return values[-1][1]


@rule
def points_for(scale, share):
    """Points of a share on a scale [points]: those of the highest line that it reaches, none below the lowest."""
    for least, value in scale:
        if share >= least:
            return value
    return 0.0


@rule
def up_to(classes, size):
    """What goes for a size [its unit]: the entry of the first size class that it does not pass, or that of the last."""
    for most, value in classes:
        if size <= most:
            return value
    return classes[-1][1]
