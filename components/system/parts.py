"""Each part of the system with its state, and what to run where something is wrong."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from components.ui import fmt
from ops import doctor

_NAMES: Final = {"redis": "Valkey / Redis", "supabase auth": "Supabase Auth", "supabase storage": "Supabase Storage"}
_FIXES_SHOWN: Final = 5


def parts() -> None:
    """What `python manage.py doctor` says, as a table, and how to put right what is wrong."""
    found = list(doctor.run())
    ill = [check for check in found if not check.ok]
    if ill:
        st.markdown(
            f":red[:material/error:] **{len(ill)} of {fmt.plural(len(found), 'check')} "
            f"{'fails' if len(ill) == 1 else 'fail'}.** :gray[`python manage.py doctor` runs the same checks.]"
        )
    else:
        st.markdown(
            f":green[:material/task_alt:] **All {len(found)} checks pass.** "
            ":gray[`python manage.py doctor` runs the same checks.]"
        )
    for check in ill:
        _fault(check)
    config = st.column_config
    st.dataframe(
        pd.DataFrame(
            {
                "Part": [_named(check.name) for check in found],
                "State": [["OK"] if check.ok else ["failing"] for check in found],
                "Finding": [fmt.plain(check.finding) for check in found],
                "Took": [check.ms for check in found],
            }
        ),
        key="system_parts",
        hide_index=True,
        column_config={
            "Part": config.TextColumn("Check", pinned=True, width=150),
            "State": config.MultiselectColumn("State", options=["OK", "failing"], color=["green", "red"], width=80),
            "Finding": config.TextColumn("Finding", width=700),
            "Took": config.NumberColumn("Took, ms", format="%.1f", width=90),
        },
        height="content",
        alt=f"{len(found)} checks, {len(ill)} of them failing",
    )


def _fault(check: doctor.Check) -> None:
    with st.container(border=True):
        name, finding = fmt.literal(_named(check.name)), fmt.literal(check.finding)
        st.markdown(f":red[:material/error:] **{name}** {finding}")
        if check.fixes:
            st.code("\n".join(check.fixes[:_FIXES_SHOWN]), language=None, wrap_lines=True)
        if len(check.fixes) > _FIXES_SHOWN:
            st.caption(f"And {len(check.fixes) - _FIXES_SHOWN} more, below and from `python manage.py doctor`.")


def _named(name: str) -> str:
    return _NAMES.get(name, name.capitalize())
