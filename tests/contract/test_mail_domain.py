"""SPF, DKIM, DMARC and PTR of a sending domain, asked of a real name server."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

import pytest
from name_server import name_server

from publisher.channels.email_dns import MailDomain, Names, examine_domain, examine_server
from publisher.errors import SettingsError
from publisher.model.findings import Finding

Records = dict[tuple[str, str], Sequence[str]]


def key(size: int) -> str:
    """A DKIM record with a key of so many bytes; a TXT record holds 255 at a time."""
    text = f"v=DKIM1; k=rsa; p={base64.b64encode(bytes(size)).decode()}"
    return " ".join(f'"{text[begin : begin + 200]}"' for begin in range(0, len(text), 200))


GOOD: Records = {
    ("example.org", "TXT"): ['"google-site-verification=x"', '"v=spf1 include:_spf.example.net -all"'],
    ("_spf.example.net", "TXT"): ['"v=spf1 ip4:192.0.2.0/24 a mx -all"'],
    ("s1._domainkey.example.org", "TXT"): [key(294)],
    ("_dmarc.example.org", "TXT"): ['"v=DMARC1; p=quarantine; rua=mailto:dmarc@example.org"'],
}


def domain(records: Mapping[tuple[str, str], Sequence[str]], *, selector: str | None = "s1") -> list[Finding]:
    with name_server(records) as address:
        asked = MailDomain(name="example.org", returns="example.org", selector=selector)
        return list(examine_domain(Names(address), asked, subject="news"))


def grades(found: list[Finding]) -> list[str]:
    return [finding.grade.value for finding in found]


def test_a_domain_with_all_three_records_is_fine() -> None:
    found = domain(GOOD)
    assert grades(found) == ["ok", "ok", "ok"]
    assert "p=quarantine" in found[2].words


def test_a_domain_without_records_is_told_which_to_add() -> None:
    spf, dkim, dmarc = domain({})
    assert [spf.grade.value, dkim.grade.value, dmarc.grade.value] == ["error", "error", "warning"]
    assert "v=spf1" in spf.mend
    assert "_dmarc.example.org" in dmarc.mend


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (['"v=spf1 -all"', '"v=spf1 ~all"'], "2 SPF records"),
        (['"v=spf1 a +all"'], "lets everybody send"),
        (
            ['"v=spf1 a mx exists:a.test exists:b.test ptr a:1.test a:2.test a:3.test a:4.test a:5.test a/24 -all"'],
            "11 lookups",
        ),
        (['"v=spf1 include:_spf.example.net include:_spf.example.net a a a a a a a -all"'], "11 lookups"),
        (['"v=spf1 +all mx"'], "lets everybody send"),
        (['"v=spf1 inlcude:_spf.example.net -all"'], "can't be read at “inlcude:_spf.example.net”"),
        (['"v=spf1 ip4:192.0.2.300 -all"'], "can't be read at “ip4:192.0.2.300”"),
        (['"v=spf1 include:nowhere.example.net -all"'], "names nowhere.example.net, which has no SPF record"),
    ],
)
def test_an_spf_record_that_does_not_work_is_an_error(texts: list[str], words: str) -> None:
    spf = domain(GOOD | {("example.org", "TXT"): texts})[0]
    assert (spf.grade.value, words in spf.words) == ("error", True), spf.words


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("v=spf1 a:mail.example.org/24//64 mx/28 exists:%{i}.x.test ?include:_spf.example.net ~all", "ok"),
        ("v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all", "ok"),
        ("v=spf1 include:%{d}.x.test exp=why.example.org -all", "ok"),
        ("v=spf1 redirect=_spf.example.net", "ok"),
        ("v=spf1 mx", "warning"),
        ("v=spf1 -all", "warning"),
    ],
)
def test_an_spf_record_says_what_becomes_of_others(text: str, grade: str) -> None:
    spf = domain(GOOD | {("example.org", "TXT"): [f'"{text}"']})[0]
    assert spf.grade.value == grade, spf.words


def test_spf_is_that_of_the_return_path() -> None:
    records = GOOD | {("example.org", "TXT"): ['"v=spf1 -all"'], ("b.example.org", "TXT"): ['"v=spf1 mx -all"']}
    with name_server(records) as address:
        asked = MailDomain(name="example.org", returns="b.example.org", selector="s1")
        found = list(examine_domain(Names(address), asked, subject="news"))
    assert grades(found) == ["ok", "ok", "ok"]
    assert "b.example.org" in found[0].words


def test_a_dmarc_record_without_reports_gets_a_hint_and_one_with_spaces_counts() -> None:
    dmarc = domain(GOOD | {("_dmarc.example.org", "TXT"): ['"v = DMARC1 ; p = none"']})[2]
    assert (dmarc.grade.value, "rua=" in dmarc.words) == ("ok", True)
    assert "rua=" not in domain(GOOD)[2].words


def test_an_spf_record_that_includes_itself_is_looked_at_once() -> None:
    assert domain(GOOD | {("example.org", "TXT"): ['"v=spf1 include:example.org -all"']})[0].grade.value == "ok"


@pytest.mark.parametrize(
    ("record", "grade", "words"),
    [
        (key(294), "ok", "is published"),
        (key(162), "warning", "shorter than 2048"),
        (key(100), "error", "shorter than 1024"),
        ('"v=DKIM1; p="', "error", "revoked"),
        ('"v=DKIM1; p=not base64!"', "error", "damaged"),
        ('"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="', "ok", "is published"),
    ],
)
def test_a_dkim_key_is_judged_by_its_length(record: str, grade: str, words: str) -> None:
    dkim = domain(GOOD | {("s1._domainkey.example.org", "TXT"): [record]})[1]
    assert (dkim.grade.value, words in dkim.words) == (grade, True), dkim.words


def test_without_the_name_of_the_key_dkim_can_not_be_told() -> None:
    dkim = domain(GOOD, selector=None)[1]
    assert (dkim.grade.value, "DKIM_SELECTOR" in dkim.mend) == ("warning", True)


def test_dmarc_of_the_domain_above_counts_and_a_record_without_a_policy_does_not() -> None:
    with name_server(GOOD) as address:
        asked = MailDomain(name="mail.example.org", returns="example.org")
        found = list(examine_domain(Names(address), asked, subject="news"))
    assert "_dmarc.example.org" in found[2].words
    dmarc = domain(GOOD | {("_dmarc.example.org", "TXT"): ['"v=DMARC1; rua=mailto:x@example.org"']})[2]
    assert dmarc.grade.value == "error"


def test_a_server_whose_address_leads_back_to_it_is_fine_and_any_other_is_doubtful() -> None:
    records: Records = {
        ("mx.example.org", "A"): ["192.0.2.7"],
        ("mx.example.org", "AAAA"): ["2001:db8::7"],
        ("7.2.0.192.in-addr.arpa", "PTR"): ["mx.example.org."],
    }
    with name_server(records) as address:
        found = list(examine_server(Names(address), "mx.example.org", subject="news"))
        numeric = list(examine_server(Names(address), "192.0.2.7", subject="news"))
    assert grades(found) == ["ok", "warning"]
    assert "2001:db8::7" in found[1].words
    assert grades(numeric) == ["ok"]


def test_a_name_that_leads_elsewhere_is_doubtful() -> None:
    records: Records = {
        ("7.2.0.192.in-addr.arpa", "PTR"): ["mx.example.org."],
        ("mx.example.org", "A"): ["192.0.2.8"],
    }
    with name_server(records) as address:
        assert grades(list(examine_server(Names(address), "192.0.2.7", subject="news"))) == ["warning"]


def test_silent_name_servers_say_nothing_about_the_domain() -> None:
    with name_server({}, silent=True) as address:
        names = Names(address, lifetime=0.3)
        found = [
            *examine_domain(names, MailDomain(name="example.org", returns="example.org"), subject="news"),
            *examine_server(names, "mx.example.org", subject="news"),
        ]
    assert grades(found) == ["warning", "warning"]
    assert all("no name server answered" in finding.words for finding in found)


@pytest.mark.parametrize("resolver", ["dns.example", "192.0.2.1:0", "192.0.2.1:99999", "2001:db8::zz"])
def test_what_is_no_address_of_a_name_server_is_refused(resolver: str) -> None:
    with pytest.raises(SettingsError, match="--resolver"):
        Names(resolver)


@pytest.mark.parametrize("resolver", ["", "192.0.2.1", "192.0.2.1:5353", "2001:db8::1", "[2001:db8::1]:53"])
def test_addresses_of_name_servers_may_have_a_port(resolver: str) -> None:
    Names(resolver)
