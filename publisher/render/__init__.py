"""Words: from an announcement to a draft, in its language and for its channel.

Importing this package is cheap: Jinja2, Babel, css-inline and twitter-text are loaded by the first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from publisher.render.weight import weighted_length

if TYPE_CHECKING:
    from publisher.render.renderer import Renderer

__all__ = ["Renderer", "weighted_length"]


def __getattr__(name: str) -> object:
    if name != "Renderer":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from publisher.render.renderer import Renderer

    return Renderer
