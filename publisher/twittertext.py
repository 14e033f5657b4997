"""The one door to twitter-text-parser.

Version 3.0 (2023) reads its list of emoji through ``pkg_resources``, which environments of Python 3.12 and newer do not
have any more and setuptools has dropped. While the library is imported, a stand-in gives it the one function that it
needs, from `importlib.resources`.
"""

from __future__ import annotations

import sys
import threading
from functools import cache
from importlib import import_module
from importlib.resources import files
from types import ModuleType

_lock = threading.Lock()


@cache
def library(name: str = "twitter_text") -> ModuleType:
    """The library, or one of its modules by its full name."""
    with _lock:
        before = sys.modules.get("pkg_resources")
        sys.modules["pkg_resources"] = _stand_in()
        try:
            return import_module(name)
        finally:
            if before is None:
                del sys.modules["pkg_resources"]
            else:
                sys.modules["pkg_resources"] = before


def _stand_in() -> ModuleType:
    module = ModuleType("pkg_resources")
    vars(module)["resource_string"] = _resource
    return module


def _resource(module: str, name: str) -> bytes:
    return files(module.rpartition(".")[0]).joinpath(name).read_bytes()
