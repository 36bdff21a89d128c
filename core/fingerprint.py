"""What a cache knows a question by."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Executable
from sqlalchemy.util import LRUCache

from core import _compat

_sql: Final[LRUCache[Any, str]] = LRUCache(500)
"""SQL by structure: compiling takes longer than all else that a kept answer costs."""


def fingerprint(statement: Executable) -> str:
    """The statement's SQL with its values: equal for equal questions, in every process."""
    key = _key(statement)
    return f"{_compiled(statement, key)}\n{[bound.effective_value for bound in key.bindparams]}"


def sql(statement: Executable) -> str:
    """The statement's SQL, whatever its values."""
    return _compiled(statement, _key(statement))


def _key(statement: Executable) -> Any:
    return _compat.cache_key(statement)


def _compiled(statement: Executable, key: Any) -> str:
    found = _sql.get(key.key)
    if found is None:
        found = _sql[key.key] = _compat.compiled(statement)
    return found
