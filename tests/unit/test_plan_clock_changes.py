"""The table of clock changes, through the whole plan: one occurrence on each date of a rule, none lost, none twice."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from schedule_samples import HEAD, rules, schedule

from publisher.plan import Window, plan

ZONES = ["Europe/Warsaw", "Europe/Helsinki", "Europe/Vienna", "Europe/Madrid", "Europe/Dublin"]
CHANGES = {"spring": date(2027, 3, 28), "autumn": date(2027, 10, 31)}
RULES = {"every day": range(7), "every Sunday": [6], "every Monday": [0], "every Saturday": [5]}
HALF_HOURS = [time(minutes // 60, minutes % 60) for minutes in range(0, 24 * 60, 30)]
DAYS = 15


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("rule", RULES)
def test_each_half_hour_of_a_rule_goes_out_once_on_each_of_its_dates(zone: str, change: str, rule: str) -> None:
    posts = "".join(
        f'  - {{ id: "at-{at:%H-%M}", send: "{rule} at {at:%H:%M}", to: twitter, text: Hello }}\n' for at in HALF_HOURS
    )
    found = schedule(f"posts:\n{posts}", head=HEAD.replace("Europe/Warsaw", zone))
    first = CHANGES[change] - timedelta(days=DAYS // 2)
    dates = [first + timedelta(days=number) for number in range(DAYS)]
    wanted = [day for day in dates if day.weekday() in RULES[rule]]
    begin = datetime.combine(first, time.min, tzinfo=UTC) - timedelta(days=2)
    planned = plan(found, window=Window(begin, begin + timedelta(days=DAYS + 4)), rules=rules())
    inside = [one for one in planned if one.nominal_local.date() in dates]
    assert Counter((one.source_id, one.nominal_local) for one in inside) == {
        (f"at-{at:%H-%M}", datetime.combine(day, at)): 1 for at in HALF_HOURS for day in wanted
    }
    assert len({one.key for one in inside}) == len({(one.source_id, one.due_at) for one in inside}) == len(inside)
    assert {one.local.date() for one in inside} == set(wanted)
