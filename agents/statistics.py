"""The statistics layer: what is published of what happens."""

from yidu.agents.compiled import rule


@rule
def surveyed_rd(rd, above_scale, giant, coverage):
    """R&D of one firm that reaches the published figure [万元/yr]: all of it in 规上 units, ``survey_coverage`` (D) of the
    rest; crossing the line raises the published figure.
    """
    if above_scale or giant > 0:
        return rd
    return coverage * rd


@rule
def published_rd(surveyed, other_share, noise):
    """Published R&D [万元/yr]: firms plus institutes and others (``other_rd_share`` D; city: 20.9 % are not firms), with the
    yearly error of the survey as a factor.
    """
    return surveyed / (1.0 - other_share) * noise
