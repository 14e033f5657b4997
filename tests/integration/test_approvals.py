"""An approval is bound to bytes: what is sent is what somebody said yes to, in each language by itself."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from running_parts import CHANNELS, DUE, START, Scene, post, scene

from publisher.approving import Approver, last_seen, with_standing
from publisher.authorship import author_of, identity
from publisher.consent import Consent
from publisher.errors import SettingsError
from publisher.plan import default_window
from publisher.preview import Preview, Previewer

ASKING = CHANNELS.replace("languages: [en] }", "languages: [en, pl], approval: anyone }", 1)
MAIL = CHANNELS.replace("[en, pl] }", "[en, pl], approval: anyone }")
PICTURE = "    image: { file: dog.png, alt: { en: A dog., pl: Pies. } }\n"


def paint(file: Path, colour: str) -> None:
    Image.new("RGB", (8, 8), colour).save(file)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as set_up:
        yield set_up


def texts(stage: Scene) -> list[str]:
    return [found.text for found in stage.sandbox.posted("twitter")]


def edit(stage: Scene, old: str, new: str) -> None:
    stage.file.write_text(stage.file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def previews(stage: Scene) -> list[Preview]:
    schedule = stage.app.schedule()[0]
    planned = stage.app.plan(schedule, default_window(stage.clock.now()), ledger=stage.ledger)
    return with_standing(Previewer(stage.app, schedule).previews(planned), stage.ledger)


def test_other_words_void_the_approval_of_their_language_alone(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]), channels=ASKING)
    assert stage.approve("one") == [True, True]
    edit(stage, "News about one", "Great news about one")
    stage.at(DUE)
    assert texts(stage) == ["Wieści o one"]
    [held] = [row for row in stage.ledger.deliveries.all() if row.state == "planned"]
    assert held.reason.startswith("changed (en) since anna approved it; waits for approval: publisher approve one/")
    stage.approve("one", language="en")
    stage.at(DUE + timedelta(minutes=1))
    assert texts(stage) == ["Wieści o one", "Great news about one"]


@pytest.mark.parametrize(("old", "new"), [("A dog.", "A small dog."), ("dog.png", "cat.png")])
def test_another_picture_or_description_voids_the_approval(stage: Scene, old: str, new: str) -> None:
    paint(stage.folder / "dog.png", "red")
    paint(stage.folder / "cat.png", "blue")
    stage.write(post("one", to=["twitter"], more=PICTURE), channels=ASKING)
    stage.approve("one", language="en")
    edit(stage, old, new)
    stage.at(DUE)
    assert texts(stage) == []


def test_the_bytes_of_a_picture_are_what_is_approved_and_not_its_name(stage: Scene) -> None:
    paint(stage.folder / "dog.png", "red")
    stage.write(post("one", to=["twitter"], more=PICTURE), channels=ASKING)
    stage.approve("one")
    paint(stage.folder / "dog.png", "blue")
    stage.at(DUE)
    assert texts(stage) == []


def test_another_time_wants_another_yes(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]), channels=ASKING)
    stage.approve("one")
    stage.write(post("one", at=DUE + timedelta(hours=1), to=["twitter"]), channels=ASKING)
    stage.at(DUE + timedelta(hours=1))
    assert texts(stage) == []
    [(one, last, seen), _] = last_seen(previews(stage), stage.ledger)
    assert (last.local, seen.text) == (DUE.replace(tzinfo=None), "News about one")
    assert one.standing.consent is Consent.WAITING


def test_an_edit_that_changes_no_bytes_leaves_the_approval(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]), channels=ASKING)
    stage.approve("one")
    edit(stage, "posts:\n", "# nothing to see here\nposts:\n")
    stage.at(DUE)
    assert texts(stage) == ["News about one", "Wieści o one"]


def test_a_mailing_goes_out_when_every_language_is_approved(stage: Scene) -> None:
    stage.write(post("one", to=["news"]), channels=MAIL)
    assert stage.approve("one", language="pl") == [True]
    stage.at(DUE)
    assert (stage.state("one", "news"), stage.reached()) == ("planned", [])
    stage.approve("one", language="en")
    stage.at(DUE + timedelta(minutes=1))
    assert stage.state("one", "news") == "sent"


def test_a_template_edited_after_the_approval_holds_the_mailing(stage: Scene) -> None:
    own = stage.folder / "templates" / "post"
    own.mkdir(parents=True)
    words = "{% block subject %}S{% endblock %}{% block preheader %}P{% endblock %}{% block text %}T{% endblock %}"
    words += "{% block body %}<p>B</p>{% endblock %}"
    (own / "email.j2").write_text(words, encoding="utf-8")
    stage.write(post("one", to=["news"]), channels=MAIL)
    stage.restart()
    stage.approve("one")
    (own / "email.j2").write_text(words.replace("<p>B</p>", "<p>Bigger</p>"), encoding="utf-8")
    stage.at(DUE)
    assert stage.reached() == []
    assert "since anna approved it" in stage.row("one", "news").reason


def test_what_changed_since_it_was_approved_expires_with_the_reason(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]), channels=ASKING)
    stage.approve("one")
    edit(stage, "Wieści", "Nowe wieści")
    stage.play(8)
    [expired] = [row for row in stage.ledger.deliveries.all() if row.state == "expired"]
    assert "it waited because: changed (pl) since anna approved it" in expired.reason


def test_what_waits_is_listed_with_its_languages(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]), post("two", to=["facebook"]), channels=ASKING)
    approver = Approver(stage.app, stage.app.schedule()[0], stage.ledger)
    assert [(one.planned.source_id, one.language) for one in approver.waiting()] == [("one", "en"), ("one", "pl")]
    assert approver.since(approver.waiting()) == {}
    stage.at(START)
    assert set(approver.since(approver.waiting()).values()) == {START}
    stage.approve("one", language="pl")
    assert [one.language for one in approver.waiting()] == ["en"]


def test_what_can_not_be_made_can_not_be_approved(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]), channels=ASKING)
    edit(stage, "News about one", "long " * 100)
    with pytest.raises(SettingsError, match="On X this is"):
        stage.approve("one", language="en")


# --- who wrote it -----------------------------------------------------------------------------------------------


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-C", str(folder), *arguments]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def in_git(stage: Scene, name: str) -> None:
    if not (stage.folder / ".git").exists():
        git(stage.folder, "init", "-q")
    git(stage.folder, "config", "user.name", name)
    git(stage.folder, "config", "user.email", f"{name.lower()}@example.org")
    git(stage.folder, "add", "schedules.yaml")
    git(stage.folder, "commit", "-q", "-m", "edit")


BUT_AUTHOR = ASKING.replace("anyone", "anyone-but-author")


def test_who_changed_an_entry_last_is_its_author(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]), post("two", to=["twitter"]), channels=BUT_AUTHOR)
    in_git(stage, "Anna")
    edit(stage, "News about two", "Other news about two")
    in_git(stage, "Jan")
    entries = stage.app.schedule()[0].entries
    assert [author_of(one, stage.file) for one in entries] == ["Anna <anna@example.org>", "Jan <jan@example.org>"]
    edit(stage, "Wieści o one", "Nowe wieści o one")
    assert (
        author_of(stage.app.schedule()[0].entries[0], stage.file) == identity(stage.folder) == "Jan <jan@example.org>"
    )


def test_the_author_does_not_approve_what_they_wrote(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]), channels=BUT_AUTHOR)
    in_git(stage, "Anna")
    with pytest.raises(SettingsError, match="Anna changed it last"):
        stage.approve("one", who="Anna <anna@example.org>")
    assert stage.approve("one", who="Jan") == [True, True]
    stage.at(DUE)
    assert len(texts(stage)) == 2


def test_without_git_nobody_knows_the_author_and_anyone_may_approve(stage: Scene) -> None:
    stage.write(post("one", to=["twitter"]), channels=BUT_AUTHOR)
    assert author_of(stage.app.schedule()[0].entries[0], stage.file) == ""
    assert stage.approve("one", who="anna") == [True, True]
