"""Research institutes and platforms 研发机构与平台: hosted by firms, independent, or outside universities as partners."""

import math

import numpy as np

from agents.compiled import rule
from agents.face import Face

(UNIVERSITY, HOSTED, NEW_INSTITUTE, HIGH_END, COLLABORATION_CENTRE, TRANSFER, STATION) = range(7)

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
    ],
    align=True,
)  # fmt: skip


@rule
def hosts_room(giant):
    """Recognised platforms a firm can carry [platforms]: six for a giant, one otherwise (D)."""
    return 6 if giant > 0 else 1


@rule
def may_host_platform(revenue, industry, rd, science_staff):
    """Criteria for a municipal centre [yes/no]: 企业技术中心 (5,000 万元 revenue, 300 万元 R&D) or 中小企业技术研发中心
    (2,000 万元 in industry or 1,000, eight R&D staff, 3 % of revenue). Texts of 2024-25 (S), used before: anachronistic.
    """
    if revenue >= 5000.0 and rd >= 300.0:
        return True
    return revenue >= (2000.0 if industry else 1000.0) and science_staff >= 8.0 and rd >= 0.03 * revenue


@rule
def may_host_station(platforms, giant, science_staff, has_partner, certified):
    """博士后科研工作站 [yes/no]: owner of a key platform, senior staff (taken as 20 science staff), an agreement with a
    university (a partner), in good standing (人社部发〔2021〕88号, S; sizes D).
    """
    return platforms > 0 and science_staff >= 20.0 and (has_partner or giant > 0) and (certified or giant > 0)


@rule
def absorptive_score(science_staff, staff, same_sector, quality, u):
    """Rank of a firm that seeks a partner [points]: science share, sector match, quality, luck (A sign, Hsu et al. 2025)."""
    return 3.0 * science_staff / max(1.0, staff) + (1.0 if same_sector else 0.0) + 0.3 * quality + 0.4 * u


@rule
def search_hazard(base, brokered, seekers):
    """Yearly hazard of finding a partner [1/yr]: alone, plus the district's brokered contacts spread over seekers,
    three in ten of which succeed (D).
    """
    return base + 0.3 * brokered / max(1.0, seekers)


@rule
def partner_bonus(uic, science_staff, staff):
    """Gain from a university partner to research [share]: ``uic_effect`` times absorptive capacity (A sign, D size)."""
    return uic * min(1.5, 0.5 + 2.5 * science_staff / max(1.0, staff))


@rule
def project_score(science_staff, has_partner, platforms, supported, u):
    """Rank of a project application [points]: staff, partner, platform, whether the district backs it, luck (D)."""
    return (math.log1p(science_staff) + (0.8 if has_partner else 0.0) + (0.6 if platforms > 0 else 0.0)
            + (1.0 if supported else 0.0) + 1.5 * u)


class ResearchInstitute(Face):
    """研发机构. One row of ``world.institutes``."""

    TABLE = "institutes"

    def pick_partners(self) -> None:
        self.stage("pick_partners")

    def work(self) -> None:
        self.stage("work")
