"""Where to publish: the channels and audiences of the file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from publisher.model import Audience, Blackout, Calendar, Channel, Form, Place, Price, Severity
from publisher.schedulefile.faults import parse
from publisher.schedulefile.grammar import AudiencePart, CalendarPart, ChannelPart, DefaultsPart
from publisher.schedulefile.names import ALIASES, is_name, meant, named, suggestion
from publisher.schedulefile.nouns import AUDIENCE, CHANNEL
from publisher.schedulefile.problems import Findings
from publisher.schedulefile.quiet import check_quiet
from publisher.schedulefile.readers import is_file
from publisher.schedulefile.reading import tree as t
from publisher.schedulefile.reading.tree import Node, Scalar, is_empty
from publisher.schedulefile.sense import own_zone
from publisher.sentences import sentence

ChannelTypes: TypeAlias = Mapping[str, Form]
"""The channel types of this installation, with the form of words that each takes."""


class TargetLoader:
    """Loads the two sections that say where to."""

    def __init__(self, findings: Findings, tree: t.Mapping, *, types: ChannelTypes, folder: Path) -> None:
        self._findings = findings
        self._tree = tree
        self._types = types
        self._folder = folder

    def names(self) -> dict[str, int]:
        """All channels that the file names, sound or not, each with its line."""
        return self._lines("channels")

    def zones(self) -> dict[str, str]:
        """The time zones of the channels that name one."""
        return {name: timezone for name, (_, node) in self._named("channels").items() if (timezone := own_zone(node))}

    def _lines(self, section: str) -> dict[str, int]:
        return {name: key.span.line + 1 for name, (key, _) in self._named(section).items()}

    def places(self) -> dict[str, Place]:
        """Where each channel and audience stands."""
        return {
            f"{section}/{name}": key.span.place(self._findings.file)
            for section in ("channels", "audiences")
            for name, (key, _) in self._named(section).items()
        }

    def channels(self, defaults: DefaultsPart, blackouts: tuple[Blackout, ...]) -> dict[str, Channel]:
        """The sound channels by name, each with what the defaults say where it is silent itself."""
        channels = {}
        for name, (key, node) in self._named("channels").items():
            about = f"channels/{name}"
            part = (
                parse(self._findings, node, ChannelPart, about=about, noun=CHANNEL)
                if not is_empty(node)
                else ChannelPart()
            )
            self._check_name(key, about)
            if part is None or self._findings.has_error_in(key.span.to(node.span)):
                continue
            kind = self.type_of(part.type or name)
            if not kind:
                self._tell_unknown_type(key, node, about)
                continue
            check_quiet(self._findings, node, part.quiet_hours, about=about)
            self._check_price(part, key, about=about, form=self._types[kind])
            self._check_mailing(node, about=about, form=self._types[kind])
            channels[name] = _channel(name, kind, part=part, defaults=defaults, blackouts=blackouts)
        return channels

    @property
    def types(self) -> tuple[str, ...]:
        """The types of channels that there are."""
        return tuple(self._types)

    def type_of(self, written: str) -> str:
        """The type of channel that a word means (``X`` is ``twitter``); empty when there is none."""
        kind = ALIASES.get(written.casefold(), written.casefold())
        return kind if kind in self._types else ""

    def _check_name(self, key: Scalar, about: str) -> None:
        if not is_name(key.text):
            self._findings.add(
                "bad-value",
                sentence("The name of a channel consists of letters, digits, hyphens and dots, without spaces."),
                hint=sentence("Write it like  news-en:"),
                span=key.span,
                about=about,
            )

    def _check_price(self, part: ChannelPart, key: Scalar, *, about: str, form: Form) -> None:
        """A ceiling that can't be kept is told, and keeps nothing from going out."""
        if part.price is not None and form is Form.MAIL:
            message = sentence("A price has no meaning here: mailings are not billed one by one.")
            hint = sentence("Delete price, and monthly_ceiling with it.")
        elif part.monthly_ceiling is not None and part.price is None:
            message = sentence("“monthly_ceiling” has no effect without a price.")
            hint = sentence("Add what a post costs:  price: {{ post: 0.015, link: 0.20, currency: USD }}")
        else:
            return
        self._findings.add("bad-value", message, hint=hint, span=key.span, about=about, severity=Severity.WARNING)

    def _check_mailing(self, node: Node, *, about: str, form: Form) -> None:
        """What only mailings have is told where there are none, and keeps nothing from going out."""
        if form is Form.MAIL or not isinstance(node, t.Mapping):
            return
        for name in ("fallback", "canary", "usual_size"):
            if key := node.key(name):
                message = sentence("“{name}” has no meaning here: it is for e-mail.", name=name)
                hint = sentence("Delete the line.")
                self._findings.add(
                    "bad-value", message, hint=hint, span=key.span, about=about, severity=Severity.WARNING
                )

    def _tell_unknown_type(self, key: Scalar, node: Node, about: str) -> None:
        written = node.get("type") if isinstance(node, t.Mapping) else None
        if isinstance(written, Scalar):
            hint = suggestion(written.text, self._types)
        else:
            guess = meant(key.text, self._types) or next(iter(self._types))
            hint = sentence(
                "Add what it is: type: {guess}   (there are: {all})", guess=guess, all=", ".join(self._types)
            )
        self._findings.add(
            "unknown-name",
            sentence(
                "I don't know how to publish to “{name}”.",
                name=written.text if isinstance(written, Scalar) else key.text,
            ),
            hint=hint,
            span=written.span if written else key.span,
            about=about,
        )

    def audiences(self) -> dict[str, Audience]:
        """The sound audiences by name."""
        audiences = {}
        for name, (_, node) in self._named("audiences").items():
            part = parse(self._findings, node, AudiencePart, about=f"audiences/{name}", noun=AUDIENCE)
            if part is not None and not self._findings.has_error_in(node.span):
                audience = _audience(name, part, folder=self._folder)
                if self._has_basis(audience, node):
                    audiences[name] = audience
        return audiences

    def _has_basis(self, audience: Audience, node: Node) -> bool:
        """Who writes to the readers in a file says why they may; a list that publisher keeps says so itself."""
        if audience.path is None or audience.basis:
            return True
        self._findings.add(
            "missing-key",
            sentence("{noun} lacks “{name}”.", noun=AUDIENCE.capital, name="basis"),
            hint=sentence("Add a line “{name}: …”.", name="basis"),
            span=node.span,
            about=f"audiences/{audience.id}",
        )
        return False

    def check_audiences(self, channels: dict[str, Channel], audiences: dict[str, Audience]) -> None:
        """Take out the channels that write to nobody, and note why."""
        known = self._named("audiences")
        for name, channel in list(channels.items()):
            key, node = self._named("channels")[name]
            needs_audience = self._types[channel.type] is Form.MAIL
            if channel.audience in audiences or not (needs_audience or channel.audience):
                continue
            place = node.get("audience") if isinstance(node, t.Mapping) else None
            del channels[name]
            if channel.audience not in known:
                self._findings.add(
                    "unknown-name" if channel.audience else "missing-key",
                    sentence("There is no audience called “{audience}”.", audience=channel.audience)
                    if channel.audience
                    else sentence("The channel “{name}” does not say to whom it writes.", name=name),
                    hint=named(channel.audience, self._lines("audiences"))
                    if channel.audience
                    else sentence("Add  audience:  with a name from audiences."),
                    span=place.span if place else key.span,
                    about=f"channels/{name}",
                )

    def _named(self, section: str) -> dict[str, tuple[Scalar, Node]]:
        node = self._tree.get(section)
        if isinstance(node, t.Mapping):
            first: dict[str, tuple[Scalar, Node]] = {}
            for key, value in node.entries:
                first.setdefault(key.text, (key, value))
            return first
        if node is not None and not is_empty(node):
            self._findings.add(
                "bad-value",
                sentence("The section “{section}” needs one name per line.", section=section),
                hint=sentence("Write  name: {{ … }}  below it, indented and without a dash."),
                span=(self._tree.key(section) or node).span,
            )
        return {}


def _audience(name: str, part: AudiencePart, *, folder: Path) -> Audience:
    first = part.list[0]
    path = folder / first if is_file(first) else None
    return Audience(
        id=name,
        path=path,
        lists=() if path else tuple(part.list),
        where=part.where,
        basis=part.basis,
        double_opt_in=part.double_opt_in,
    )


def _channel(
    name: str, kind: str, *, part: ChannelPart, defaults: DefaultsPart, blackouts: tuple[Blackout, ...]
) -> Channel:
    """A channel with what it says itself, else what the defaults say."""
    merged = CalendarPart.model_construct(
        **{
            field: getattr(part if field in part.model_fields_set else defaults, field)
            for field in CalendarPart.model_fields
        }
    )
    lateness = part if "if_late" in part.model_fields_set else defaults
    given = {"if_late": merged.if_late} if "if_late" in lateness.model_fields_set else {}
    return Channel(
        id=name,
        type=kind,
        languages=tuple(merged.languages) or ("en",),
        calendar=Calendar(
            timezone=merged.timezone or "UTC",
            quiet_hours=merged.quiet_hours,
            weekends=merged.weekends,
            holidays=tuple(merged.holidays),
            outside_hours=merged.outside_hours,
            blackouts=blackouts,
        ),
        account=part.account,
        audience=part.audience,
        approval=merged.approval,
        on_unknown=merged.on_unknown,
        utm=merged.utm,
        card=merged.card,
        fallback={language: tuple(others) for language, others in part.fallback.items()},
        price=Price(part.price.post, part.price.link, part.price.currency) if part.price is not None else None,
        monthly_ceiling=part.monthly_ceiling,
        canary=part.canary,
        usual_size=part.usual_size,
        **given,
    )
