"""The quarter: the order of events, as data. The compiled ensemble and the Mesa model both walk this list."""

from typing import Any, NamedTuple

from yidu.sim.stages import district, enterprise, others


class Stage(NamedTuple):
    """One event of the quarter: whose rows it works on, and the kernel that carries it."""

    name: str
    kind: str  # a table of the world, or "district"
    kernel: Any


def _stages(*pairs: tuple[str, Any]) -> tuple[Stage, ...]:
    return tuple(Stage(getattr(k, "__name__", None) or k.py_func.__name__, kind, k) for kind, k in pairs)


QUARTER: tuple[Stage, ...] = _stages(
    ("district", district.open_quarter),  # the calendar turns; births, arrivals, openings
    ("district", district.open_roll),  # the roll that the stages below go by
    ("district", district.take_stock),  # counts, the year's own task, who each service can reach
    ("funds", others.replenish),  # public money enters the funds
    ("district", others.commit_capital),
    ("firms", enterprise.grow),  # demand and own luck
    ("firms", enterprise.choose_rd),
    ("firms", enterprise.operate),  # sales, costs, tax pass through the account
    ("firms", enterprise.invent),
    ("people", others.choose_host),  # candidates weigh the firms
    ("people", others.stay_or_leave),
    ("firms", enterprise.learn),  # awareness and coaching
    ("firms", enterprise.register),
    ("firms", enterprise.certify),  # last quarter: 高企, 科技型中小企业, 专精特新
    ("firms", enterprise.list_shares),
    ("firms", enterprise.apply_to_funds),  # apply
    ("district", district.sort_fund_mail),
    ("funds", others.decide_applications),  # decide
    ("firms", enterprise.collect_from_funds),  # collect
    ("firms", enterprise.service_loans),
    ("firms", enterprise.apply_to_incubators),
    ("district", district.sort_incubator_mail),
    ("incubators", others.admit),
    ("firms", enterprise.move_in_or_graduate),
    ("firms", enterprise.seek_partner),
    ("district", district.sort_partner_mail),
    ("institutes", others.pick_partners),
    ("firms", enterprise.meet_partner),
    ("firms", enterprise.propose),  # projects, platforms, stations
    ("district", district.recognise),
    ("district", district.count_people),
    ("firms", enterprise.collect_recognition),
    ("firms", enterprise.close_or_continue),
    ("funds", others.settle_losses),
    ("district", district.close_roll),
    ("institutes", others.work),
    ("district", district.count_tenants),
    ("incubators", others.develop),
    ("firms", enterprise.close_year),  # last quarter: the 规上 review
    ("district", district.end_year),  # background GDP and population
    ("district", district.publish),  # indicators of the year
)
