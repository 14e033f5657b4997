"""Where schema.org's events are, who invites, and how to register: objects, lists and texts in every mixture."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.importing.texts import NAME_LENGTH, shortened, web_link, without_markup

_ADDRESS = ("streetAddress", "postalCode", "addressLocality", "addressRegion", "addressCountry")
_MOST = 10


@dataclass(frozen=True, slots=True)
class Place:
    """A venue with its address, a link, or both."""

    venue: str = ""
    address: str = ""
    online: str = ""


def place(value: object) -> Place:
    """Of several places the first of each kind."""
    found = [_one_place(one) for one in _several(value)]
    physical = next((one for one in found if one.venue or one.address), Place())
    online = next((one.online for one in found if one.online), "")
    return Place(physical.venue or physical.address, physical.address if physical.venue else "", online)


def is_online(value: object) -> bool:
    """Whether an ``eventAttendanceMode`` is online or mixed."""
    return any(
        isinstance(one, str) and one.endswith(("OnlineEventAttendanceMode", "MixedEventAttendanceMode"))
        for one in _several(value)
    )


def organiser(value: object) -> str:
    """The name of the first organisation; people are not named by an import."""
    for one in _several(value):
        if isinstance(one, dict) and one.get("@type") != "Person":
            return _name(one.get("name"))
    return ""


def registration(value: object, *, not_this: str) -> str:
    """The page of the first offer, unless it is the event's own."""
    links = [web_link(one.get("url")) for one in _several(value) if isinstance(one, dict)]
    return next((link for link in links if link and link != not_this), "")


def _one_place(value: object) -> Place:
    if isinstance(value, str):
        link = web_link(value)
        return Place(online=link) if link else Place(venue=_name(value))
    if not isinstance(value, dict):
        return Place()
    if str(value.get("@type")) == "VirtualLocation":
        return Place(online=web_link(value.get("url")))
    return Place(_name(value.get("name")), _address(value.get("address")))


def _address(value: object) -> str:
    value = value[0] if isinstance(value, list) and value else value
    if not isinstance(value, dict):
        return _name(value)
    country = value.get("addressCountry")
    parts = dict(value) | {"addressCountry": country.get("name") if isinstance(country, dict) else country}
    street, code, town, region, nation = (_name(parts.get(name)) for name in _ADDRESS)
    return shortened(
        ", ".join(filter(None, (street, f"{code} {town}".strip(), region if not town else "", nation))), NAME_LENGTH
    )


def _name(value: object) -> str:
    value = value[0] if isinstance(value, list) and value else value
    value = value.get("@value") if isinstance(value, dict) else value
    return shortened(without_markup(value), NAME_LENGTH) if isinstance(value, str) else ""


def _several(value: object) -> list[object]:
    return value[:_MOST] if isinstance(value, list) else [value]
