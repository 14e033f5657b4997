"""Passwords and tokens are found wherever they stand in the file, and their value is never shown."""

from __future__ import annotations

import pytest
from schedule_samples import HEAD, loaded

from publisher.schedulefile.secrets import HIDDEN, secrets_in

FACEBOOK = "EAABsbCS1iHgBAPkZD7x"
TWITTER = "1234567890-AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGhIj"


@pytest.mark.parametrize(
    ("text", "secret", "place"),
    [
        (HEAD.replace("facebook: {", f"facebook: {{ token: {FACEBOOK},"), FACEBOOK, (5, 15)),
        (HEAD.replace("facebook: {", "facebook: { app_secret: hunter2hunter2,"), "hunter2hunter2", (5, 15)),
        (HEAD + f"# the old one: {FACEBOOK}\n", FACEBOOK, (9, 16)),
        (HEAD + f"project: {{ name: {FACEBOOK} }}\n", FACEBOOK, (9, 18)),
        (HEAD + f"project: {{ name: {TWITTER} }}\n", TWITTER, (9, 18)),
        (HEAD + "project: { name: A, link: https://anna:s3cretpass@example.org }\n", "s3cretpass", (9, 35)),
        (HEAD + "api_key: 8f14e45fceea167a\n", "8f14e45fceea167a", (9, 1)),
        (HEAD + "hasło: tajne-haslo-1\n", "tajne-haslo-1", (9, 1)),
        (HEAD.replace("facebook: {", "facebook: { token: @hunter2,"), "hunter2", (5, 15)),
    ],
)
def test_a_secret_is_named_and_never_repeated(text: str, secret: str, place: tuple[int, int]) -> None:
    found = loaded(text).problems
    told = [(one.place.line, one.place.column) for one in found if one.code == "secret-in-file"]
    assert told == [place]
    for one in found:
        assert secret not in f"{one.message} {one.hint}"
        assert secret not in repr([one.message.parts, one.hint.parts])


def test_a_channel_s_secret_goes_to_its_own_command() -> None:
    found = loaded(HEAD.replace("facebook: {", f"facebook: {{ token: {FACEBOOK},")).problems
    assert found[0].hint.startswith("Run `publisher login facebook`, delete this, and revoke the token")


@pytest.mark.parametrize(
    "text", ["title: Token economy and secret gardens", "summary: Wstęp wolny, hasło „Europa”", ""]
)
def test_words_about_secrets_are_none(text: str) -> None:
    assert secrets_in(text).found == ()


def test_a_line_is_shown_without_its_secrets() -> None:
    line = f"facebook: {{ account: office, token: {FACEBOOK} }}"
    assert secrets_in(line).masked(line) == f"facebook: {{ account: office, token: {HIDDEN} }}"
