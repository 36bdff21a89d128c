"""Filter fields bound to the URL, and the account that a person typed."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

import streamlit as st

from components.ui import feedback, fmt, records, url, window
from core.database import rows
from queries.accounts import lookup

NAMES_TTL_S: Final = 60
_NOBODY: Final = UUID(int=2**128 - 1)  # no account: the roll-ups keep calls without one under the first id


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the text in the account field means: one account, several, or nobody."""

    id: UUID | None = None
    name: str | None = None
    unmatched: str | None = None
    candidates: Mapping[str, str] | None = None
    typed: str = ""

    @property
    def is_unclear(self) -> bool:
        """Whether something was typed that names no single account, so that nothing can be shown for it."""
        return bool(self.unmatched or self.candidates)

    @property
    def only(self) -> UUID | None:
        """Whose rows are meant: nobody's while the text fits none or several, lest a verb or file reach everybody's."""
        return _NOBODY if self.is_unclear else self.id

    @property
    def words(self) -> str:
        """Whose the rows are, as a person would say it; nothing where nobody was named."""
        if self.is_unclear:
            return f"of “{self.typed}”, which names no single account"
        return f"of {self.name}" if self.name else ""


def account(key: str) -> Account:
    """The account that the URL names under a key, by name, e-mail or id."""
    typed = url.value(key, "").strip()[:320]
    if not typed:
        return Account()
    found = {row["id"]: row["name"] for row in rows(lookup.matching(typed), ttl_s=NAMES_TTL_S, domain="accounts")}
    if len(found) == 1:
        [(identity, name)] = found.items()
        return Account(UUID(identity), name, typed=typed)
    return Account(candidates=found, typed=typed) if found else Account(unmatched=typed, typed=typed)


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
    """Ask which of several records, of which at most `cap` were read, the text in a field means; by id their names."""
    known = records.told_apart(names)
    picked = records.key(f"{key}_which", list(known))

    def choose() -> None:
        url.write(**{key: st.session_state[picked]})

    st.pills(
        f"Which {noun}? {len(known)} match" if len(known) < cap else f"Which {noun}? The first {cap} that match",
        list(known),
        key=picked,
        format_func=lambda identity: fmt.literal(known[identity]),
        on_change=choose,
    )
    return False


@contextmanager
def folded(keys: Iterable[str]) -> Generator[None]:
    """Fields, behind one button where the window has no room for a row of them; it counts those of `keys` in use."""
    if not window.is_narrow():
        yield
        return
    chosen = sum(key in st.query_params for key in keys)
    with st.popover(f"Filters · {chosen}" if chosen else "Filters", icon=":material/filter_list:"):
        yield


def text(key: str, label: str, placeholder: str, icon: str, width: int, also: Callable[[], None] | None = None) -> None:
    """A field for text, so many pixels wide where fields stand in a row."""
    changed = url.bind(key, url.value(key, ""), "", also=also)
    st.text_input(
        label,
        key=key,
        placeholder=placeholder,
        icon=f":material/{icon}:",
        on_change=changed,
        max_chars=320,
        width="stretch" if window.is_narrow() else width,
        label_visibility="collapsed",
    )


def choice(
    key: str,
    label: str,
    options: Mapping[str, str],
    default: str,
    width: int,
    also: Callable[[], None] | None = None,
) -> None:
    """A field for one of a few; what the URL says of no option is the default."""
    changed = url.bind(key, url.value(key, default, options), default, also=also)
    st.selectbox(
        label,
        list(options),
        key=key,
        format_func=lambda option: options[option],
        on_change=changed,
        width="stretch" if window.is_narrow() else width,
        label_visibility="collapsed",
    )


def clear(keys: tuple[str, ...]) -> None:
    """The way back to the page as it opens, where anything is narrowed."""
    if any(key in st.query_params for key in keys):
        st.button(
            "Clear",
            icon=":material/close:",
            type="tertiary",
            on_click=url.write,
            kwargs=dict.fromkeys(keys),
            key=f"{keys[0]}_clear",
        )
