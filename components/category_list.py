"""The categories: their order, names and creators, and what becomes of the creators of one that goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import streamlit as st

from actions import categories as verbs
from components import feedback, gate, url
from components import format as written
from core.database import rows
from core.identity import Viewer
from queries import categories

_ASKED: Final = "categories_asked"


def listed(viewer: Viewer) -> None:
    """Every category with its creators, in the order the product shows them."""
    found = rows(categories.listed())
    with st.container(horizontal=True, vertical_alignment="center"):
        active = sum(row["is_active"] for row in found)
        st.markdown(f"**{written.plural(active, 'active category').replace('categorys', 'categories')}** "
                    f":gray[· {len(found) - active:,} inactive]", width="content")  # fmt: skip
        if viewer.can("creators"):
            st.button("Add category", icon=":material/add:", on_click=_ask, args=("add", None), key="categories_add")
    if not found:
        feedback.empty("There are no categories.", "Add one; creators are sorted into them.", "category")
    for place, row in enumerate(found):
        _row(row, place, len(found), viewer)


def dialog(viewer: Viewer) -> bool:
    """The form that is open, if one is; whether there was one."""
    asked: tuple[str, str | None] | None = st.session_state.get(_ASKED)
    if asked is None or not viewer.can("creators"):
        return False
    what, identity = asked
    found = rows(categories.listed())
    row = next((row for row in found if row["id"] == identity), None)
    title = {"add": "Add a category", "edit": "Edit category", "deactivate": "Deactivate category"}[what]

    @st.dialog(title, icon=":material/category:", on_dismiss=_forget)
    def opened() -> None:
        gate.require("creators")
        if what == "deactivate" and row:
            _deactivate_form(row, found)
        else:
            _form(row)

    opened()
    return True


def _row(row: dict[str, Any], place: int, of: int, viewer: Viewer) -> None:
    may = viewer.can("creators")
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        identity = UUID(row["id"])
        if may:
            with st.container(horizontal=True, gap="xxsmall", width="content"):
                _arrow(identity, "keyboard_arrow_up", -1, place == 0, row["name"])
                _arrow(identity, "keyboard_arrow_down", 1, place == of - 1, row["name"])
        with st.container(gap="xxsmall", width="stretch"):
            off = "" if row["is_active"] else " :gray-badge[:material/block: inactive]"
            st.markdown(f"**{written.literal(row['name'])}**{off}")
            st.caption(written.literal(row["description"] or "No description"))
        with st.container(horizontal=True, horizontal_alignment="right", gap="medium", width="content"):
            st.button(
                f"{written.plural(row['creators'], 'creator')}",
                type="tertiary",
                on_click=url.write,
                kwargs={"creators_tab": None, "creators_category": row["id"], "creators_after": None},
                disabled=not row["creators"],
                help=f"{row['active_creators']:,} of them active",
                key=f"category_open_{identity}",
            )
            if may:
                st.button("Edit", type="tertiary", icon=":material/edit:", on_click=_ask, args=("edit", row["id"]),
                          key=f"category_edit_{identity}")  # fmt: skip
                if row["is_active"]:
                    st.button("Deactivate", type="tertiary", on_click=_ask, args=("deactivate", row["id"]),
                              key=f"category_off_{identity}")  # fmt: skip
                else:
                    st.button(
                        "Activate",
                        type="tertiary",
                        on_click=_do,
                        args=(_activate(identity), "Category activated."),
                        key=f"category_on_{identity}",
                    )


def _arrow(identity: UUID, icon: str, places: int, is_at_end: bool, name: str) -> None:
    st.button(
        f":material/{icon}:",
        type="tertiary",
        disabled=is_at_end,
        help=f"Move {written.literal(name)} {'up' if places < 0 else 'down'}",
        on_click=_move,
        args=(identity, places),
        key=f"category_move_{identity}_{places}",
    )


def _form(row: dict[str, Any] | None) -> None:
    with st.form("category_form", border=False):
        name = st.text_input("Name", row["name"] if row else "", max_chars=verbs.NAME_LENGTH, key="category_name")
        about = st.text_area(
            "Description", (row["description"] or "") if row else "", max_chars=verbs.DESCRIPTION_LENGTH,
            key="category_about", height=90,
        )  # fmt: skip
        with st.container(horizontal=True, horizontal_alignment="right"):
            is_back = st.form_submit_button("Back", type="tertiary")
            is_saved = st.form_submit_button("Save" if row else "Add category", type="primary")
    if is_back:
        _back()
    if is_saved:
        seen = (row["name"], row["description"]) if row else None
        _do(lambda: _save(UUID(row["id"]) if row else None, seen, name, about), "Category saved.")


def _save(identity: UUID | None, seen: tuple[str, str | None] | None, name: str, about: str) -> None:
    viewer = gate.require("creators")
    if identity is None or seen is None:
        verbs.add(name, about, viewer)
    else:
        verbs.change(identity, seen, name, about, viewer)


def _deactivate_form(row: dict[str, Any], found: list[dict[str, Any]]) -> None:
    others = {other["id"]: other["name"] for other in found if other["is_active"] and other["id"] != row["id"]}
    st.markdown(f"**{written.literal(row['name'])}** will not be offered any more. It can be activated again.")
    target = None
    if row["creators"]:
        st.markdown(
            f"It holds **{written.plural(row['creators'], 'creator')}**, {row['active_creators']:,} of them active. "
            "They all move to the category you choose."
        )
        target = st.selectbox(
            "Where its creators go", list(others), index=None, format_func=lambda one: others[one],
            key="category_target", placeholder="Choose a category",
        )  # fmt: skip
    number = f" and move {written.plural(row['creators'], 'creator')}" if target else ""
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button("Back", type="tertiary", on_click=_back, key="category_back")
        st.button(
            f"Deactivate{number}",
            type="primary",
            disabled=bool(row["active_creators"]) and target is None,
            on_click=_do,
            args=(_deactivation(UUID(row["id"]), UUID(target) if target else None), "Category deactivated."),
            key="category_deactivate",
        )


def _deactivation(identity: UUID, target: UUID | None) -> Callable[[], object]:
    return lambda: verbs.deactivate(identity, target, gate.require("creators"))


def _activate(identity: UUID) -> Callable[[], object]:
    return lambda: verbs.activate(identity, gate.require("creators"))


def _move(identity: UUID, places: int) -> None:
    with feedback.attempt():
        verbs.move(identity, places, gate.require("creators"))


def _do(act: Callable[[], object], told: str) -> None:
    with feedback.attempt():
        act()
        feedback.flash("success", told)
        _forget()
    st.rerun()


def _ask(what: str, identity: str | None) -> None:
    st.session_state[_ASKED] = (what, identity)


def _back() -> None:
    _forget()
    st.rerun()


def _forget() -> None:
    for key in (_ASKED, "category_name", "category_about", "category_target"):
        st.session_state.pop(key, None)
