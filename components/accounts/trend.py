"""How one customer's use went over the last weeks, day by day."""

from __future__ import annotations

from typing import Final, Literal
from uuid import UUID

import pandas as pd

from components.ui import charts
from components.ui.charts import Series
from core.database import load
from queries.accounts import detail

CHART_PX: Final = 190
CARD_PX: Final = CHART_PX + 48


def credits(account_id: UUID) -> None:
    """Credits per day."""
    rows = load(detail.course(account_id))
    alt = f"{rows['credits'].sum():,} credits in {detail.COURSE_DAYS} days"
    _course(rows, "credits", Series("Credits", "series1"), "bar", "per UTC day, today so far", alt)


def storage(account_id: UUID) -> None:
    """Storage per day: a gauge, never added up."""
    rows = load(detail.course(account_id))
    known = rows["storage_gb"].dropna()
    alt = f"{known.iloc[-1]:,.1f} GB at the end" if len(known) else "never measured"
    _course(rows, "storage_gb", Series("Storage used", "series2"), "line", "GB at the end of each day", alt, " GB")


def _course(
    found: pd.DataFrame,
    column: str,
    series: Series,
    kind: Literal["bar", "line"],
    note: str,
    alt: str,
    unit: str = "",
) -> None:
    table = found[["day", column]].rename(
        columns={"day": "UTC day", column: f"{series.label}{unit and f' ({unit.strip()})'}"}
    )
    charts.title(series.label, note, table.iloc[::-1], key=f"account_{column}")
    charts.over_time(
        found.assign(day=pd.to_datetime(found["day"])),
        "day",
        {column: series},
        kind=kind,
        key=f"account_{column}",
        alt=f"{series.label} per UTC day: {alt}",
        unit=unit,
        hover="%a %d %b %Y",
        open_from=pd.Timestamp(found["day"].iloc[-1]),
        height=CHART_PX,
    )
