"""The account's page, card by card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

import streamlit as st

from components.accounts import blocks, header, limits, notes, trend
from components.ui import cards, gate
from core.identity import Viewer
from queries.accounts.detail import Account

Card = tuple[str, str, Callable[[], None]]


def draw(account: Account, viewer: Viewer) -> None:
    """Everything about one customer, each block loading and failing on its own."""
    account_id = UUID(account["id"])
    b = blocks

    def of(block: Callable[[UUID], None]) -> Callable[[], None]:
        return lambda: block(account_id)

    header.facts(account)
    cards.card("At a glance", "", lambda: header.summary(account), height=72)
    header.quotas(account)
    for column, block in zip(st.columns(2), (trend.credits, trend.storage), strict=True):
        with column, st.container(border=True, height="stretch"):
            cards.isolated(block.__name__.capitalize(), of(block), trend.CARD_PX)
    _pair(
        [
            ("Notes", "staff only", lambda: notes.block(account_id, gate.viewer())),
            ("Staff changes", "newest first", of(notes.timeline)),
        ],
        b.BLOCK_PX,
    )
    _pair([("Users", "and their profiles", of(b.members)), ("Jobs", "newest", of(b.job_list))], b.BLOCK_PX)
    _pair([("Content", "by status", of(b.content)), ("Generated media", "by type", of(b.media))], b.BLOCK_PX)
    _pair([("Projects", "last opened", of(b.projects)), ("Followed creators", "latest", of(b.followed))], b.BLOCK_PX)
    _pair([("Models", "voice and avatar", of(b.models)), ("API calls", "last 24 hours", of(b.api_errors))], b.BLOCK_PX)
    limits.dialog(viewer)


def _pair(drawn: Sequence[Card], height: int) -> None:
    """Two cards side by side that end together."""
    for column, (title, note, block) in zip(st.columns(len(drawn)), drawn, strict=True):
        with column:
            cards.card(title, note, block, height=height, is_stretched=True)
