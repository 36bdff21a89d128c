"""The categories: their order, names and creators, and what becomes of the creators of one that goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, NamedTuple
from uuid import UUID

import streamlit as st

from actions.creators import categories as verbs
from components.ui import feedback, fmt, gate, records, url
from components.ui.dialogs import Pending
from core.database import rows
from core.identity import Viewer
from queries.creators import categories
from queries.creators.categories import Category


class Asked(NamedTuple):
    """What is asked about which category, as it was then; about none where one is added."""

    what: Literal["add", "edit", "deactivate"]
    row: Category | None
    question: str


_ASKED: Final = Pending[Asked]("categories_asked")


def listed(viewer: Viewer) -> None:
    """Every category with its creators, in the order the product shows them."""
    found = rows(categories.listed())
    with st.container(horizontal=True, vertical_alignment="center"):
        active = sum(row["is_active"] for row in found)
        st.markdown(f"**{fmt.plural(active, 'active category').replace('categorys', 'categories')}** "
                    f":gray[· {len(found) - active:,} inactive]", width="content")  # fmt: skip
        if viewer.can("creators"):
            st.button("Add category", icon=":material/add:", on_click=_ask, args=("add", None), key="categories_add")
    if not found:
        feedback.empty("No categories yet.", "Add the first one.", "category")
    for place, row in enumerate(found):
        _row(row, place, len(found), viewer)


def dialog(viewer: Viewer) -> bool:
    """The form that is open, if one is; whether there was one."""
    asked = _ASKED.waiting
    if asked is None or not viewer.can("creators"):
        return False
    found = rows(categories.listed())
    title = {"add": "Add a category", "edit": "Edit category", "deactivate": "Deactivate category"}[asked.what]

    @st.dialog(title, icon=":material/category:", on_dismiss=_ASKED.close)
    def opened() -> None:
        gate.require("creators")
        now = next((row for row in found if asked.row and row["id"] == asked.row["id"]), None)
        if asked.what != "deactivate":
            _form(asked, asked.row)
        elif now:
            _deactivate_form(asked, now, found)
        else:
            feedback.empty("This category no longer exists.", "Close this and refresh.", "category")

    opened()
    return True


def _row(row: Category, place: int, of: int, viewer: Viewer) -> None:
    may = viewer.can("creators")
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        identity = UUID(row["id"])
        if may:
            with st.container(horizontal=True, gap="xxsmall", width="content"):
                _arrow(identity, "keyboard_arrow_up", -1, place == 0, row["name"])
                _arrow(identity, "keyboard_arrow_down", 1, place == of - 1, row["name"])
        with st.container(gap="xxsmall", width="stretch"):
            off = "" if row["is_active"] else " :gray-badge[:material/block: inactive]"
            st.markdown(f"**{fmt.literal(row['name'])}**{off}")
            st.caption(fmt.literal(row["description"] or "No description"))
        with st.container(horizontal=True, horizontal_alignment="right", gap="medium", width="content"):
            st.button(
                f"{fmt.plural(row['creators'], 'creator')}",
                type="tertiary",
                on_click=url.write,
                kwargs={"creators_tab": None, "creators_category": row["id"], "creators_after": None},
                disabled=not row["creators"],
                help=f"{row['active_creators']:,} of them active",
                key=records.key("category_open", identity),
            )
            if may:
                st.button("Edit", type="tertiary", icon=":material/edit:", on_click=_ask, args=("edit", row),
                          key=records.key("category_edit", identity))  # fmt: skip
                if row["is_active"]:
                    st.button("Deactivate", type="tertiary", on_click=_ask, args=("deactivate", row),
                              key=records.key("category_off", identity))  # fmt: skip
                else:
                    st.button(
                        "Activate",
                        type="tertiary",
                        on_click=_activate,
                        args=(identity,),
                        key=records.key("category_on", identity),
                    )


def _arrow(identity: UUID, icon: str, places: int, is_at_end: bool, name: str) -> None:
    st.button(
        f":material/{icon}:",
        type="tertiary",
        disabled=is_at_end,
        help=f"Move {fmt.literal(name)} {'up' if places < 0 else 'down'}",
        on_click=_move,
        args=(identity, places),
        key=records.key("category_move", identity, places),
    )


def _form(asked: Asked, row: Category | None) -> None:
    with st.form(records.key("category_form", asked.question), border=False):
        name = st.text_input(
            "Name", row["name"] if row else "", max_chars=verbs.NAME_LENGTH,
            key=records.key("category_name", asked.question),
        )  # fmt: skip
        about = st.text_area(
            "Description", (row["description"] or "") if row else "", max_chars=verbs.DESCRIPTION_LENGTH,
            key=records.key("category_about", asked.question), height=90,
        )  # fmt: skip
        with st.container(horizontal=True, horizontal_alignment="right"):
            is_back = st.form_submit_button("Back", type="tertiary")
            is_saved = st.form_submit_button("Save" if row else "Add category", type="primary")
    if is_back:
        _ASKED.back()
    if is_saved:
        seen = (row["name"], row["description"]) if row else None
        _do(lambda: _save(UUID(row["id"]) if row else None, seen, name, about), "Category saved.")


def _save(identity: UUID | None, seen: tuple[str, str | None] | None, name: str, about: str) -> None:
    viewer = gate.require("creators")
    if identity is None or seen is None:
        verbs.add(name, about, viewer)
    else:
        verbs.change(identity, seen, name, about, viewer)


def _deactivate_form(asked: Asked, row: Category, found: list[Category]) -> None:
    others = records.told_apart(
        {other["id"]: other["name"] for other in found if other["is_active"] and other["id"] != row["id"]}
    )
    st.markdown(f"**{fmt.literal(row['name'])}** can no longer be chosen. You can activate it again.")
    target = None
    if row["creators"]:
        st.markdown(
            f"It holds **{fmt.plural(row['creators'], 'creator')}**, {row['active_creators']:,} of them active. "
            "They all move to the category you choose."
        )
        target = st.selectbox(
            "Where its creators go", list(others), index=None, format_func=lambda one: others[one],
            key=records.key("category_target", asked.question), placeholder="Choose a category",
        )  # fmt: skip
    number = f" and move {fmt.plural(row['creators'], 'creator')}" if target else ""
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button("Back", type="tertiary", on_click=_ASKED.back, key=records.key("category_back", asked.question))
        st.button(
            f"Deactivate{number}",
            type="primary",
            disabled=bool(row["active_creators"]) and target is None,
            on_click=_deactivate,
            args=(asked, UUID(row["id"]), UUID(target) if target else None),
            key=records.key("category_deactivate", asked.question),
        )


def _deactivate(asked: Asked, identity: UUID, target: UUID | None) -> None:
    _ASKED.still(asked)
    _do(lambda: verbs.deactivate(identity, target, gate.require("creators")), "Category deactivated.")


def _activate(identity: UUID) -> None:
    _do(lambda: verbs.activate(identity, gate.require("creators")), "Category activated.")


def _move(identity: UUID, places: int) -> None:
    with feedback.flash_errors():
        verbs.move(identity, places, gate.require("creators"))


def _do(act: Callable[[], object], told: str) -> None:
    with feedback.flash_errors():
        act()
        feedback.flash("success", told)
        _ASKED.close()
    st.rerun()


def _ask(what: Literal["add", "edit", "deactivate"], row: Category | None) -> None:
    _ASKED.ask(Asked(what, row, records.question()))
