"""The fields of a page's parameters, bound to the URL; tiles, chips, and which account was meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from types import MappingProxyType
from typing import Any, Literal, cast

import streamlit as st

from components.ui import browser, feedback, fmt, records, url
from components.ui.params import Account, AccountOf, Choice, Day, Param, Range, Text
from components.ui.views import AFTER, View
from queries.accounts import lookup

Draws = Callable[[], object]


def draw_filters(
    view: View,
    *,
    without: Sequence[str] = (),
    more: Sequence[str] = (),
    options: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    beside: Draws | None = None,
    after: Draws | None = None,
) -> bool:
    """The fields in one row that wraps, `more` behind a button; what is `beside` them, the way back to none, `after`.

    `options` are those to choose from where they are fewer than the parameter's.

    Whether the account that was typed, if any, is clear; else it is asked for.
    """
    shown = {name: param for name, param in view.params.items() if param.width and name not in {*without, *more}}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        keys = list(map(view.key, shown))
        if browser.is_narrow():
            chosen = _in_use(keys)
            with st.popover(f"Filters · {chosen}" if chosen else "Filters", icon=":material/filter_list:"):
                _each(view, shown, options)
        else:
            _each(view, shown, options)
        if more:
            chosen = _in_use(map(view.key, more))
            key = f"{view.page}_more"
            with st.popover(f"More · {chosen}" if chosen else "More", icon=":material/filter_list:", key=key):
                _each(view, {name: view.params[name] for name in more}, options)
        if beside:
            beside()
        clear(view)
        if after:
            after()
    account = next((view.values[name] for name, one in view.params.items() if isinstance(one, AccountOf)), Account())
    return which_account(view.key("account"), account)


def _in_use(keys: Iterable[str]) -> int:
    return sum(key in st.query_params for key in keys)


def _each(view: View, params: Mapping[str, Param[Any]], options: Mapping[str, Mapping[str, str]]) -> None:
    for name, param in params.items():
        field(view, name, param, options.get(name))


def field(view: View, name: str, param: Param[Any], fewer: Mapping[str, str] | None = None) -> None:
    """The field of one parameter; a changed one starts the list again."""
    key = view.key(name)
    label = fmt.literal(param.field_label)
    if isinstance(param, Text | AccountOf):
        current = view.values[name].typed if isinstance(param, AccountOf) else view.values[name]
        st.text_input(
            label,
            key=key,
            placeholder=param.placeholder,
            icon=f":material/{param.icon}:",
            on_change=bound(view, name, current, ""),
            max_chars=320,
            width=_width(param.width),
            label_visibility="collapsed",
        )
    elif isinstance(param, Choice):
        options = {**(fewer or param.options)}
        options.setdefault(view.values[name], view.values[name])
        labels = records.told_apart(options)
        st.selectbox(
            label,
            list(options),
            key=key,
            format_func=lambda option: labels[option],
            on_change=bound(view, name, view.values[name], param.default),
            width=_width(param.width),
            label_visibility="collapsed",
        )
    elif isinstance(param, Range):
        whole = param.limits
        changed = bound(view, name, view.values[name] or whole, whole)
        st.slider(
            fmt.literal(param.field_label), *whole, key=key, step=param.step, on_change=changed, width=param.width
        )
    elif isinstance(param, Day):
        changed = bound(view, name, view.values[name], None)
        st.date_input(
            fmt.literal(param.field_label), key=key, on_change=changed, format="YYYY-MM-DD", width=param.width
        )


def _width(width: int) -> int | Literal["stretch"]:
    return "stretch" if browser.is_narrow() else width


def bound(view: View, name: str, current: Any, default: Any) -> Callable[[], None]:
    """What writes a parameter's field to the URL, and takes out what goes with the change."""
    also = partial(url.write, **view.cleared(name))
    return url.bind(view.key(name), current, default, also=also, text=view.params[name].write)


def tiles(
    view: View,
    name: str,
    label: str,
    options: Sequence[str],
    count: Callable[[str], str],
    *,
    names: Mapping[str, str] = MappingProxyType({}),
    everything: str = "all",
    help: str,
) -> None:
    """A clickable tile for each value of a parameter, with its count under the other filters."""
    st.pills(
        label,
        options,
        key=view.key(name),
        format_func=lambda one: f"{fmt.literal(names.get(one, one.capitalize()))} **{fmt.literal(count(one))}**",
        on_change=bound(view, name, view.values[name] or everything, everything),
        required=True,
        label_visibility="collapsed",
        help=help,
    )


def switch(view: View, name: str) -> None:
    """Segments for the values of a parameter."""
    param = cast("Choice", view.params[name])
    options = param.options
    st.segmented_control(
        fmt.literal(param.field_label),
        list(options),
        key=view.key(name),
        format_func=lambda one: fmt.literal(options[one]),
        on_change=bound(view, name, view.values[name], param.default),
        required=True,
        label_visibility="collapsed",
    )


def chips(view: View, told: Mapping[str, str]) -> None:
    """What a link or a chart narrowed the page to, in words by parameter, each with its way back."""
    for name, words in told.items():
        st.button(
            fmt.literal(words),
            icon=":material/close:",
            icon_position="right",
            help="Show the others too",
            on_click=narrow,
            args=(type(view),),
            kwargs={view.key(name): None},
            key=f"{view.key(name)}_chip",
        )


def narrow(view: type[View], **values: str | None) -> None:
    """Narrow a list to what was clicked, from its first page; values by their keys in the URL."""
    url.write(**values, **{view.key(AFTER): None})


def clear(view: View) -> None:
    """The way back to the page as it opens, where anything is narrowed."""
    keys = view.keys()
    if any(key in st.query_params for key in keys):
        st.button(
            "Clear",
            icon=":material/close:",
            type="tertiary",
            on_click=url.write,
            kwargs=dict.fromkeys(keys),
            key=f"{view.page}_clear",
        )


def which_account(key: str, meant: Account) -> bool:
    """When the account's text fits several or none, say so; whether it fits one or nothing was typed."""
    if meant.unmatched:
        feedback.empty(
            f"No account matches “{meant.unmatched}”.",
            "Try part of its name, a member's e-mail or its id.",
            "apartment",
        )
    return which(key, "account", meant.candidates, lookup.MATCHES) if meant.candidates else not meant.unmatched


def which(key: str, noun: str, names: Mapping[str, str], cap: int) -> Literal[False]:
    """Ask which of several records the text in a field means; by id their names, one more than `cap` says "more"."""
    known = records.told_apart(dict(islice(names.items(), cap)))
    picked = records.key(f"{key}_which", list(known))

    def choose() -> None:
        url.write(**{key: st.session_state[picked]})

    st.pills(
        f"Which {noun}? {len(names)} match" if len(names) <= cap else f"Which {noun}? The first {cap} that match",
        list(known),
        key=picked,
        format_func=lambda identity: fmt.literal(known[identity]),
        on_change=choose,
    )
    return False
