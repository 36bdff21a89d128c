"""The page's address is its state: every filter is read from the URL and written back to it.

Streamlit's own binding writes a widget's label, which here carries live counts; these write the value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

import streamlit as st

from components.ui.views import View
from core._compat import get_script_run_ctx

T = TypeVar("T")
V = TypeVar("V", bound=View)
_FIELDS: Final = "url_fields"
_PAGE: Final = "url_page"


class _Field(NamedTuple):
    """A field as it was drawn: on which page, its value, what the URL said of it, and what writes it there."""

    page: str
    drawn: object
    said: str | None
    written: Callable[[], None]


def read(kind: type[V]) -> V:
    """What the URL says of a page."""
    _settle()
    arrive()
    return kind(st.query_params.to_dict())


def value(key: str, default: str, valid: Sequence[str] | Mapping[str, object] | None = None) -> str:
    """What the URL says under a key; a stale or foreign value is the default."""
    _settle()
    said = st.query_params.get(key, default)
    return said if valid is None or said in valid else default


def uuid(key: str) -> UUID | None:
    """The id that the URL names under a key; None when absent or malformed."""
    _settle()
    try:
        return UUID(st.query_params.get(key, ""))
    except ValueError:
        return None


def others(key: str) -> str:
    """Everything the URL says but what stands under `key`: two that are equal show the same view."""
    _settle()
    return repr(sorted((name, said) for name, said in st.query_params.items() if name != key))


def page() -> str:
    """What names the page that this run is of."""
    run = get_script_run_ctx(suppress_warning=True)
    return run.page_script_hash if run else ""


def arrive() -> None:
    """Keep which page is drawn, for callbacks: one run may be of what was typed there and of the page that is next.

    On another page than before, its address is said again: what was typed there may have reached the browser after the
    link was clicked, and then stands in the address of this page.
    """
    if _is_callback() or (before := st.session_state.get(_PAGE)) == page():
        return
    st.session_state[_PAGE] = page()
    if before:
        st.query_params.from_dict(st.query_params.to_dict())


def is_left() -> bool:
    """Whether this is a callback of a page that was left: the address that it finds is another page's."""
    return _is_callback() and st.session_state.get(_PAGE, page()) != page()


def write(**values: str | None) -> None:
    """Put values into the URL; None and the empty string remove the key.

    A callback of a page that was left writes nothing.
    """
    if is_left():
        return
    _settle()
    fields = _fields()
    for key, said in values.items():
        if said:
            st.query_params[key] = said
        elif key in st.query_params:
            del st.query_params[key]
        if key in fields:
            fields[key] = _as_it_is(key, fields[key])


def bind(
    key: str,
    current: T,
    default: T,
    also: Callable[[], None] | None = None,
    text: Callable[[T], str] = str,
) -> Callable[[], None]:
    """Seed the widget `key` from the URL and return the callback that writes its changes back, as `text` has them.

    `also` runs on a change: a changed filter starts again at the first page.
    """
    st.session_state[key] = current

    def changed() -> None:
        chosen = st.session_state[key]
        write(**{key: None if chosen is None or chosen == default else text(chosen)})
        if also:
            also()

    arrive()
    _fields()[key] = _Field(page(), current, st.query_params.get(key), changed)
    return changed


def _settle() -> None:
    """In a callback: write what the page's fields say now, before anything is read from the URL or written to it.

    A press sends the text that was typed and not yet entered along, and Streamlit promises no order of callbacks.
    Nor does the URL that the browser sends need to be the newest: the field may have been entered a moment before, and
    what it wrote still be on its way to the browser. What stands in the fields is what the person sees.
    """
    if not _is_callback():
        return
    fields = _fields()
    for key in list(fields):
        field = fields[key]
        now = _as_it_is(key, field)
        if field.page == page() and key in st.session_state and now != field:
            fields[key] = now  # first: what it calls settles too
            field.written()


def _is_callback() -> bool:
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and not context.has_script_started


def _as_it_is(key: str, field: _Field) -> _Field:
    return field._replace(drawn=st.session_state.get(key), said=st.query_params.get(key))


def _fields() -> dict[str, _Field]:
    return st.session_state.setdefault(_FIELDS, {})
