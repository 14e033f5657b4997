"""The table of rates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from publisher.ledger.ledger import open_ledger
from publisher.ledger.rates import Rate

NOW = datetime(2027, 5, 3, 8, 0, tzinfo=UTC)


def test_a_rate_is_as_it_was_after_a_restart(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    server = Rate(name="mail.example.org:587", per_second=20.0, level=3.5, at=NOW)
    domain = Rate(name="mail.example.org:587 example.com", per_second=0.5, level=-7.0, at=NOW, not_before=NOW)
    first = open_ledger(url)
    first.rates.keep([server, domain])
    later = Rate(name=server.name, per_second=10.0, level=0.0, at=NOW + timedelta(seconds=1))
    first.rates.keep([later])
    first.rates.keep([])
    first.close()
    second = open_ledger(url)
    assert second.rates.all() == [later, domain]
    second.close()
