"""What templates see of the reader of a mail: one person, or anybody of whom the same parts are known.

For anybody, a template gets marks (`publisher.personal`). It may print them, and ask whether they are there; everything
else would come out differently from reader to reader, and raises `NotSpliceable`: such a template is rendered for each
reader by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NoReturn, Protocol

from publisher.errors import NotSpliceable
from publisher.model import Reader
from publisher.personal import NAME, PREFERENCES, UNSUBSCRIBE, Person, column, is_marked, mark, plain

_LOOKS = (
    *("__str__", "__html__", "__format__", "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__"),
    *("__len__", "__iter__", "__contains__", "__getitem__", "__call__", "__int__", "__float__", "__index__"),
    *("__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__", "__mod__", "__rmod__", "__truediv__"),
    *("__rtruediv__", "__floordiv__", "__rfloordiv__", "__pow__", "__rpow__", "__neg__", "__pos__", "__reversed__"),
)


def refuse(*_: object) -> NoReturn:
    """What comes of a closer look."""
    raise NotSpliceable


class Printable:
    """Stands for a value that is there, whatever it is. ``printed`` is what it looks like in the words."""

    __slots__ = ("printed",)

    def __init__(self, printed: str) -> None:
        self.printed = printed

    def __bool__(self) -> bool:
        return True

    def __getattr__(self, name: str) -> NoReturn:
        refuse(name)


for _look in _LOOKS:
    setattr(Printable, _look, refuse)


def printed(value: object) -> object:
    """The value as it is to be printed."""
    return value.printed if type(value) is Printable else value


def seen(value: object) -> object:
    """The value, which a template looks at closely. Raises `NotSpliceable` if anything personal is in it."""
    if type(value) is Printable or (isinstance(value, str) and is_marked(value)):
        refuse()
    return value


class Addressee(Protocol):
    """Who reads a mail, as far as templates may know."""

    @property
    def words(self) -> Collection[str]:
        """What stands in the mail because of the reader alone."""
        ...

    def view(self, language: str) -> object:
        """What templates know as ``reader``, in a mail in this language."""
        ...

    def link(self, base: str, part: str) -> object:
        """An address that acts for the reader; empty where there is no page for it."""
        ...


class ReaderView:
    """One reader of a mail. Columns of the list are found by their header, in any case and with ``_`` for spaces."""

    __slots__ = ("_language", "_name", "_values")

    def __init__(self, name: object, language: str, values: Mapping[str, object]) -> None:
        self._name = name
        self._language = language
        self._values = values

    @property
    def name(self) -> object:
        """The reader's name, or empty: ``{% if reader.name %}{{ reader.name }}, {% endif %}``."""
        return self._name

    @property
    def language(self) -> str:
        """The reader's language: ``pl``."""
        return self._language

    def __getitem__(self, header: str) -> object:
        return self._values[column(header)]

    def __dir__(self) -> list[str]:
        """For suggestions of the nearest name."""
        return ["language", *sorted({NAME, *(part.partition(":")[2] or part for part in self._values)})]


class OneReader:
    """A person, with whatever the list says of them."""

    def __init__(self, person: Person, language: str = "") -> None:
        self._person = person
        self._language = language

    @classmethod
    def of(cls, reader: Reader | None) -> OneReader:
        """The reader of a list; nobody in particular for None."""
        if reader is None:
            return cls(Person(""))
        return cls(Person(reader.address, reader.name, reader.attributes), reader.language)

    @property
    def words(self) -> Collection[str]:
        """The values that the list has."""
        return tuple(map(plain, (self._person.name, *self._person.attributes.values())))

    def view(self, language: str) -> ReaderView:
        """With the values themselves."""
        values = {column(header): plain(words) for header, words in self._person.attributes.items()}
        return ReaderView(plain(self._person.name), self._language or language, values)

    def link(self, base: str, part: str) -> str:
        """The whole address."""
        return f"{base}{self._person.value(part)}" if base else ""


class AnyReader:
    """Anybody of whom the same parts are there. ``answers`` are those that a template asked for."""

    words: Collection[str] = ()

    def __init__(self, parts: Mapping[str, bool], language: str = "") -> None:
        self.answers: dict[str, bool] = {}
        self._parts = parts
        self._language = language

    def view(self, language: str) -> ReaderView:
        """With a mark for each value that is there."""
        return _MarkedView(self._value, self._language or language, self._parts)

    def link(self, base: str, part: str) -> Printable | str:
        """The address up to what differs, and a mark for that."""
        return Printable(base + mark(part)) if base else ""

    def _value(self, part: str) -> Printable | str:
        is_there = self.answers[part] = self._parts[part]
        return Printable(mark(part)) if is_there else ""


class _MarkedView(ReaderView):
    """Values are asked for when a template uses them."""

    __slots__ = ("_value",)

    def __init__(self, value: Callable[[str], object], language: str, parts: Mapping[str, bool]) -> None:
        super().__init__("", language, parts)
        self._value = value

    @property
    def name(self) -> object:
        return self._value(NAME)

    def __getitem__(self, header: str) -> object:
        return self._value(column(header))


LINKS: Mapping[str, str] = {"unsubscribe_link": UNSUBSCRIBE, "preferences_link": PREFERENCES}
"""Variables of templates, and the part that makes each of them act."""
