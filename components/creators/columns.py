"""Columns that the creators' table and its editor share."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from actions.creators.profiles import address as own_address
from components.ui import fmt, media

PLATFORM_COLORS: Final = {
    "instagram": "violet", "tiktok": "gray", "youtube": "red", "linkedin": "blue", "twitter": "gray",
}  # fmt: skip


def profiles(found: pd.DataFrame) -> list[str]:
    """Each profile's address, the platform's own where the stored one is unsafe; its fragment is the name to show."""
    return [
        f"{(media.web(address) or own_address(platform, name)).split('#')[0]}#@{fmt.plain(name)}"
        for address, platform, name in zip(found["profile_url"], found["platform"], found["username"], strict=True)
    ]


def username_column(width: int) -> Any:
    """The column for `profiles`: a link that reads @username."""
    return st.column_config.LinkColumn(
        "Creator", display_text=r"#(@.*)$", help="Opens the profile in a new tab", width=width
    )


def platform_column() -> Any:
    """A column of badges, one for each platform."""
    return st.column_config.MultiselectColumn(
        "Platform", options=list(PLATFORM_COLORS), color=list(PLATFORM_COLORS.values()), width=86
    )


def scraped(found: pd.DataFrame) -> list[str]:
    """When each creator was last scraped, with its age."""
    return [at or "never" for at in fmt.times(found["last_scraped_at"])]
