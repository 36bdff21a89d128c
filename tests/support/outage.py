"""The database as it is in an outage, from a transaction on that a test chooses."""

from __future__ import annotations

from typing import Final

import psycopg

from core.errors import DatabaseBusy, DatabaseDown, DatabaseMisconfigured, DeskError

FAULTS: Final[dict[type[DeskError], str]] = {
    DatabaseDown: "PERFORM pg_terminate_backend(pg_backend_pid())",
    DatabaseBusy: "RAISE EXCEPTION 'too many' USING ERRCODE = '53300'",
    DatabaseMisconfigured: "RAISE EXCEPTION 'no grant' USING ERRCODE = '42501'",
}
"""What a transaction meets in the database, by what a person is told."""
ENDS: Final = """
CREATE FUNCTION public.ends() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN IF (SELECT count(*) FROM dashboard.audit_log) >= {after} THEN {fault}; END IF; RETURN NULL; END $$;
CREATE TRIGGER ends AFTER INSERT ON dashboard.audit_log FOR EACH STATEMENT EXECUTE FUNCTION public.ends();
"""


def begin(owner_url: str, fault: type[DeskError], after: int) -> None:
    """From so many audit rows on, every transaction that writes one meets this fault."""
    with psycopg.connect(owner_url) as owner:
        owner.execute(ENDS.format(after=after, fault=FAULTS[fault]).encode())


def end(owner_url: str) -> None:
    """The database is back."""
    with psycopg.connect(owner_url) as owner:
        owner.execute("DROP FUNCTION public.ends() CASCADE")
