"""The one door to the holidays library.

Version 0.109 imports the modules of all its 250 countries when it is asked for one, because each is in a package that
does so. A stand-in for that package, with the same path, lets each country be imported by itself; no country needs the
package. The library finds its countries by `importlib`, as it does anyway.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

_PACKAGE = "holidays.countries"


def is_known(code: str) -> bool:
    """Whether there are holidays for a country (``PL``) or one of its parts (``ES-CT``)."""
    country, dash, part = code.partition("-")
    entity = _entities().get(country)
    return entity is not None and (not dash or part in _loaded(country).subdivisions)


@lru_cache(maxsize=512)
def holidays_of(code: str, year: int) -> Mapping[date, str]:
    """Public holidays of a country or one of its parts, with their English names.

    Left to itself the library takes the language of the names from the environment; the plan must not depend on that.
    """
    country, _, part = code.partition("-")
    return dict(_loaded(country)(subdiv=part or None, years=year, language="en_US"))


@cache
def _entities() -> Mapping[str, tuple[str, str]]:
    """Module and class by the two letters of the country."""
    registry = _library("holidays.registry")
    return {names[1]: (module, names[0]) for module, names in registry.COUNTRIES.items()}


@cache
def _loaded(country: str) -> Any:  # noqa: ANN401  a class of the library, made at run time
    module, name = _entities()[country]
    return getattr(_library(f"{_PACKAGE}.{module}"), name)


def _library(name: str) -> ModuleType:
    if _PACKAGE not in sys.modules and (found := find_spec("holidays")) is not None:
        package = ModuleType(_PACKAGE)
        package.__path__ = [f"{path}/countries" for path in found.submodule_search_locations or ()]
        sys.modules[_PACKAGE] = package
    return import_module(name)
