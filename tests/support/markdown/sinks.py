"""Where Streamlit reads Markdown: the parameters whose docstring in the installed Streamlit says so."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, cast

import streamlit as st

NO_TEXT: Final = {"unsafe_allow_html", "wrap", "width", "anchors", "bind"}
"""Parameters whose docstring names Markdown and which are no text."""
UNTOLD: Final[Mapping[str, set[str]]] = {
    "radio": {"captions"},
    "metric": {"delta_description"},
    "cache_data": {"show_spinner"},
    "cache_resource": {"show_spinner"},
    "exception": {"exception"},
}
"""Parameters that the frontend hands to its Markdown component although their docstring does not say so."""


class Sink(NamedTuple):
    """A function of Streamlit's: the names of its parameters in their order, and those that are read as Markdown."""

    order: tuple[str, ...]
    read: frozenset[str]


def sinks() -> dict[str, Sink]:
    """Every function of Streamlit's with a parameter that is read as Markdown, by name."""
    found: dict[str, Sink] = {}
    for home in (st, st.column_config):
        for name, function in inspect.getmembers(home, callable):
            told = _told(function)
            read = {one for one, words in told.items() if "markdown" in words.lower()} - NO_TEXT
            if not name.startswith("_") and (read := read | UNTOLD.get(name, set())):
                found[name] = Sink(_order(function), frozenset(read))
    return found


def _told(function: Callable[..., object]) -> dict[str, str]:
    """What a docstring in numpy's style says of each parameter."""
    section = re.search(r"^Parameters\n-+\n(.*?)(?=^\S[^\n]*\n-{3,}\n|\Z)", inspect.getdoc(function) or "", re.S | re.M)
    found: dict[str, str] = {}
    for part in re.split(r"(?m)^(?=\S)", section[1] if section else ""):
        head, _, body = part.partition("\n")
        found |= dict.fromkeys((name.strip(" *") for name in head.split(":")[0].split(",")), body)
    return found


def _order(function: Callable[..., object]) -> tuple[str, ...]:
    signature = inspect.signature(cast("Any", function))
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    variadic = [f"*{one.name}" for one in signature.parameters.values() if one.kind is inspect.Parameter.VAR_POSITIONAL]
    return tuple(one.name for one in signature.parameters.values() if one.kind in kinds and one.name != "self") + tuple(
        variadic
    )
