"""Which template file an announcement takes, and what is said when there is none."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from render_samples import NEWS, announcement, write

from publisher.errors import NoTemplate, TemplateBroken
from publisher.model import Form
from publisher.render import Renderer
from publisher.render.templates import TemplateFolders


def found(folder: Path, *, channel_type: str = "twitter", language: str = "pl", form: Form = Form.POST) -> str:
    return TemplateFolders([folder]).find("invitation", channel_type=channel_type, language=language, form=form).name


def test_the_channel_s_own_file_in_the_language_comes_first_and_social_for_all_last(tmp_path: Path) -> None:
    order = ["twitter.pl.j2", "twitter.j2", "social.pl.j2", "social.j2"]
    write(tmp_path, {f"invitation/{name}": "x" for name in order})

    for name in order:
        assert found(tmp_path) == f"invitation/{name}"
        (tmp_path / "invitation" / name).unlink()


def test_files_for_other_channels_and_languages_are_not_taken(tmp_path: Path) -> None:
    write(tmp_path, {"invitation/social.en.j2": "x", "invitation/facebook.pl.j2": "x"})

    with pytest.raises(NoTemplate):
        found(tmp_path)


@pytest.mark.parametrize("ending", ["", ".j2", ".jinja", ".txt", ".html", ".txt.j2", ".html.j2"])
def test_the_usual_endings_are_all_taken(tmp_path: Path, ending: str) -> None:
    write(tmp_path, {f"invitation/social.pl{ending}": "x"})

    assert found(tmp_path) == f"invitation/social.pl{ending}"


def test_a_social_text_is_no_mail(tmp_path: Path) -> None:
    write(tmp_path, {"invitation/social.pl.j2": "x"})

    with pytest.raises(NoTemplate, match=r"“invitation” has no words for email in Polish; it has social\.pl\.j2"):
        found(tmp_path, channel_type="email", form=Form.MAIL)


def test_an_unknown_template_names_those_that_there_are_and_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, {"invitation/social.j2": "x", "last-call/social.j2": "x", "_parts/a.j2": "x"})

    with pytest.raises(NoTemplate) as error:
        Renderer([tmp_path]).draft(announcement(template="invitaton"), form=Form.POST)

    assert error.value.message == "There is no template called “invitaton”."
    assert error.value.remedy == "Did you mean “invitation”? You have: invitation, last-call."


def test_an_unknown_template_is_told_once_and_not_again_for_the_fallback(tmp_path: Path) -> None:
    write(tmp_path, {"invitation/social.j2": "x"})

    with pytest.raises(NoTemplate) as error:
        Renderer([tmp_path]).draft(announcement(template="invitaton", fallback="en"), form=Form.POST)

    assert str(error.value).count("There is no template") == 1


def test_a_template_like_no_other_is_to_be_made(tmp_path: Path) -> None:
    with pytest.raises(NoTemplate, match=r"called “zzz”\. → You have none at all"):
        TemplateFolders([tmp_path]).find("zzz", channel_type="twitter", language="pl", form=Form.POST)


def test_a_missing_language_names_those_that_there_are_and_what_to_add(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "templates", {"invitation/email.fi.j2": "x", "invitation/about.yaml": "true: always"})

    with pytest.raises(NoTemplate) as error:
        found(Path("templates"), channel_type="email", form=Form.MAIL)

    assert str(error.value) == (
        "templates/invitation: The template “invitation” has no words for email in Polish; it has fi. "
        "→ Add templates/invitation/email.pl.j2."
    )


def test_a_file_with_a_slip_in_its_name_is_the_one_that_was_meant(tmp_path: Path) -> None:
    write(tmp_path, {"invitation/email.plj2": "x"})

    with pytest.raises(NoTemplate, match=r"Did you mean “email\.plj2”\? Add"):
        found(tmp_path, channel_type="email", form=Form.MAIL)


@pytest.mark.parametrize("name", ["", ".", "..", "../secret", "/etc", "a/b", "a\\b", "c:", "nul\0"])
def test_a_template_is_a_plain_folder_name(tmp_path: Path, name: str) -> None:
    write(tmp_path, {"secret/social.j2": "x", "templates/a/social.j2": "x"})

    with pytest.raises(NoTemplate):
        TemplateFolders([tmp_path / "templates"]).find(name, channel_type="twitter", language="pl", form=Form.POST)


def test_the_first_folder_that_has_a_template_owns_all_of_it(tmp_path: Path) -> None:
    own = write(tmp_path / "own", {"invitation/social.j2": "ours"})
    shipped = write(
        tmp_path / "shipped", {"invitation/twitter.pl.j2": "theirs", "today/social.j2": "{% include '_parts/a.j2' %}"}
    )
    write(own, {"_parts/a.j2": "our part"})
    renderer = Renderer([own, shipped])

    assert renderer.draft(announcement(), form=Form.POST).text == "ours"
    assert renderer.draft(announcement(template="today"), form=Form.POST).text == "our part"
    assert renderer.known_templates() == ("invitation", "today")
    assert renderer.has_template("today")
    assert not renderer.has_template("tomorrow")
    assert not renderer.has_template("../own")


def test_parts_are_found_with_and_without_ending_and_in_any_folder(tmp_path: Path) -> None:
    own = write(tmp_path / "own", {"invitation/social.j2": '{% include "_parts/a" %} {% include "invitation/b.j2" %}'})
    write(own, {"invitation/b.j2": "b"})
    shipped = write(tmp_path / "shipped", {"_parts/a.j2": "a"})

    assert Renderer([own, shipped]).draft(announcement(), form=Form.POST).text == "a b"


def test_filters_know_the_language_in_imported_parts_too(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "_parts/m.j2": "{% macro on(day) %}{{ day|day('on') }}, {{ day|relative }}{% endmacro %}",
            "invitation/social.j2": '{% import "_parts/m.j2" as m %}{{ m.on(event.first) }}',
        },
    )

    assert Renderer([tmp_path]).draft(announcement(), form=Form.POST).text == "we wtorek 11 maja 2027, za 2 tygodnie"


@pytest.mark.parametrize(
    "name", ["../secret.txt", "invitation/../../secret.txt", "/etc/hostname", "secret.txt", "invitation"]
)
def test_nothing_outside_the_folders_can_be_included(tmp_path: Path, name: str) -> None:
    write(tmp_path, {"secret.txt": "secret", "templates/invitation/social.j2": f'{{% include "{name}" %}}'})

    with pytest.raises(TemplateBroken, match="is in none of the template folders"):
        Renderer([tmp_path / "templates"]).draft(announcement(), form=Form.POST)


def test_a_link_that_leads_outside_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"secret.txt": "secret", "templates/invitation/social.j2": '{% include "_parts/x.j2" %}'})
    (tmp_path / "templates" / "_parts").mkdir()
    (tmp_path / "templates" / "_parts" / "x.j2").symlink_to(tmp_path / "secret.txt")

    with pytest.raises(TemplateBroken, match=r"“_parts/x\.j2” is in none"):
        Renderer([tmp_path / "templates"]).draft(announcement(), form=Form.POST)


def test_a_changed_file_is_read_again_and_an_override_is_noticed(tmp_path: Path) -> None:
    shipped = write(tmp_path / "shipped", {"invitation/social.j2": "one"})
    own = tmp_path / "own"
    renderer = Renderer([own, shipped])
    assert renderer.draft(announcement(), form=Form.POST).text == "one"

    write(shipped, {"invitation/social.j2": "two"})
    os.utime(shipped / "invitation/social.j2", ns=(1, 1))
    assert renderer.draft(announcement(), form=Form.POST).text == "two"

    write(own, {"invitation/social.j2": "own"})
    assert renderer.draft(announcement(), form=Form.POST).text == "own"


def test_the_fallback_language_s_template_is_taken_when_the_language_has_none(tmp_path: Path) -> None:
    blocks = "".join(f"{{% block {name} %}}x{{% endblock %}}" for name in ("subject", "preheader", "body", "text"))
    write(tmp_path, {"invitation/email.en.j2": blocks})
    wanted = announcement(channel=NEWS, language="pl")

    assert Renderer([tmp_path]).draft(replace(wanted, fallback="en"), form=Form.MAIL).language == "en"
    with pytest.raises(NoTemplate):
        Renderer([tmp_path]).draft(wanted, form=Form.MAIL)
