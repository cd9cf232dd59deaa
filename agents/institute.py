"""Research institutes and platforms 研发机构与平台: hosted by firms, independent, or outside universities as partners."""

import math

import numpy as np

from yidu.agents import numbers
from yidu.agents.compiled import rule
from yidu.agents.face import Face

(UNIVERSITY, HOSTED, NEW_INSTITUTE, HIGH_END, COLLABORATION_CENTRE, TRANSFER, STATION, CONSORTIUM) = range(8)

INSTITUTE = np.dtype(
    [
        ("id", "i8"),
        ("researchers", "f8"),  # people
        ("quality", "f8"),  # 0..2
        ("kind", "i2"),
        ("sector", "i2"),  # -1 all
        ("host", "i4"),  # row of a firm, -1 none
        ("birth_q", "i2"),
        ("capacity", "i2"),  # firms it can work with
        ("partners", "i2"),  # firms it works with
        ("projects", "i4"),  # cumulative joint projects
        ("alive", "i2"),
        ("legal_q", "i2"),  # quarter in which a hosted body became a legal person, 0: it is none
    ],
    align=True,
)  # fmt: skip


@rule
def hosts_room(giant):
    """Recognised platforms a firm can carry [platforms]: six for a giant, one otherwise (D)."""
    return numbers.PLATFORMS_OF_A_GIANT if giant > 0 else 1


@rule
def may_host_platform(revenue, industry, rd, science_staff):
    """Criteria for a municipal centre [yes/no]: 企业技术中心 (5,000 万元 revenue, 300 万元 R&D) or 中小企业技术研发中心
    (2,000 万元 in industry or 1,000, eight R&D staff, 3 % of revenue). Texts of 2024-25 (S), used before: anachronistic.
    """
    if revenue >= numbers.CENTRE_REVENUE and rd >= numbers.CENTRE_RD:
        return True
    least = numbers.SMALL_CENTRE_REVENUE_INDUSTRY if industry else numbers.SMALL_CENTRE_REVENUE
    return revenue >= least and science_staff >= numbers.SMALL_CENTRE_STAFF and rd >= numbers.SMALL_CENTRE_RD_SHARE * revenue


@rule
def converted_researchers(science_staff, platforms):
    """People who go to an own body of a firm when it becomes a legal person [people]: half of the firm's science staff, in equal
    parts to its platforms (D).
    """
    return numbers.CONVERTED_STAFF * science_staff / max(1.0, platforms)


@rule
def recognition_chance(landing, researchers):
    """Chance that a body that became a legal person is recognised as 新型研发机构 at its review [share]: that of an institute from
    outside, ``institute_landing`` (D), for one with ample research staff; none below ten people (S, text of 2025: anachronistic).
    """
    if researchers < numbers.INSTITUTE_STAFF:
        return 0.0
    return landing * (1.0 - math.exp(-researchers / numbers.INSTITUTE_STAFF_AMPLE))


@rule
def upgrade_merit(quarters, science_staff, project):
    """How far a municipal platform is fit to rise a tier [ratio]: nothing under three years or below fifty science staff of its host
    (技术创新中心, S, text of 2025: anachronistic), then by staff, half as much again with a recent project (D).
    """
    if quarters < numbers.UPGRADE_AFTER or science_staff < numbers.UPGRADE_STAFF:
        return 0.0
    merit = 1.0 - math.exp(-science_staff / numbers.UPGRADE_STAFF_AMPLE)
    return merit * numbers.UPGRADE_OF_PROJECT if project else merit


@rule
def upgrade_chance(rate, response, award, merit):
    """Yearly chance that a municipal platform becomes a national or high-end one [share]: ``high_platform_rate`` times what the award
    [万元] does, ``award_response`` a log point (D), ever less the higher it is; nothing without an award, for those that rise by
    themselves are in the rate.
    """
    return min(0.5, numbers.UPGRADE_SHARE * rate * response * math.log1p(award / numbers.UPGRADE_AWARD) * merit)


@rule
def centres_with_consortia(running):
    """How much likelier collaboration centres are, by consortia at work in a district [ratio]: they are built around them, the
    strongest first (D).
    """
    return 1.0 + numbers.CONSORTIUM_CENTRES * (1.0 - math.exp(-running / numbers.CONSORTIA_IN_PLENTY))


@rule
def may_host_station(platforms, giant, science_staff, has_partner, certified):
    """博士后科研工作站 [yes/no]: owner of a key platform, senior staff (taken as 20 science staff), an agreement with a
    university (a partner), in good standing (人社部发〔2021〕88号, S; sizes D).
    """
    return platforms > 0 and science_staff >= numbers.STATION_STAFF and (has_partner or giant > 0) and (certified or giant > 0)


@rule
def absorptive_score(science_staff, staff, same_sector, quality, u):
    """Rank of a firm that seeks a partner [points]: science share, sector match, quality, luck (A sign, Hsu et al. 2025)."""
    return 3.0 * science_staff / max(1.0, staff) + (1.0 if same_sector else 0.0) + 0.3 * quality + 0.4 * u


@rule
def search_hazard(base, brokered, seekers):
    """Yearly hazard of finding a partner [1/yr]: alone, plus the district's brokered contacts spread over seekers,
    three in ten of which succeed (D).
    """
    return base + numbers.BROKERED_SUCCESS * brokered / max(1.0, seekers)


@rule
def pilot_reach(money):
    """How far a pilot base brings what a firm works on with its partner to products [share], by ``money`` a year for each firm with a
    partner [万元]: ever less of it (D).
    """
    return 1.0 - math.exp(-money / numbers.PILOT_USUAL)


@rule
def pilot_contacts(money):
    """Contacts that trials and exchange at pilot bases bring about [contacts/yr], by ``money`` a year of a district [万元]; by the root,
    for the first find the nearest (D).
    """
    return numbers.PILOT_CONTACTS * math.sqrt(money / 1000.0)


@rule
def partner_bonus(uic, science_staff, staff):
    """Gain from a university partner to research [share]: ``uic_effect`` times absorptive capacity (A sign, D size)."""
    return uic * min(1.5, 0.5 + 2.5 * science_staff / max(1.0, staff))


@rule
def project_score(science_staff, has_partner, platforms, supported, u):
    """Rank of a project application [points]: staff, partner, platform, whether the district backs it, luck (D)."""
    return (
        math.log1p(science_staff) + (0.8 if has_partner else 0.0) + (0.6 if platforms > 0 else 0.0) + (1.0 if supported else 0.0) + 1.5 * u
    )


class ResearchInstitute(Face):
    """研发机构. One row of ``world.institutes``."""

    TABLE = "institutes"

    def pick_partners(self) -> None:
        self.stage("pick_partners")

    def work(self) -> None:
        self.stage("work")
