"""What the rows of a read are called and made of, declared beside the query, so that a misspelt column is noticed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Generic, ParamSpec, TypeVar, cast

from sqlalchemy import Select

Row = TypeVar("Row", bound=Mapping[str, object])
P = ParamSpec("P")

if TYPE_CHECKING:

    class Read(Select[*tuple[Any, ...]], Generic[Row]):
        """A read whose rows are dictionaries of this kind."""


DECLARED: Final[dict[Callable[..., Any], type]] = {}
"""Query to the kind of its rows; a test compares it with what PostgreSQL answers."""


def rows_of(row: type[Row]) -> Callable[[Callable[P, Select[*tuple[Any, ...]]]], Callable[P, Read[Row]]]:
    """Declare what `core.database.rows` makes of a query's rows."""

    def declare(query: Callable[P, Select[*tuple[Any, ...]]]) -> Callable[P, Read[Row]]:
        DECLARED[query] = row
        return cast("Callable[P, Read[Row]]", query)

    return declare
