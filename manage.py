"""Operator commands: start the demo, serve, migrate, and say what is wrong."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from itertools import chain
from time import perf_counter
from typing import Annotated, Literal
from uuid import UUID

import typer

from core.errors import DeskError
from core.identity import Role
from queries.rollups.state import Source

cli = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
BUSY = "another process is refreshing it; nothing was done"
Port = Annotated[int, typer.Option(envvar="PORT", min=1, max=65535, help="The port to listen on.")]


@cli.command()
def demo(
    scale: Annotated[
        Literal["small", "medium", "large"] | None,
        typer.Option(envvar="DEMO_SCALE", help="How much data the first start makes; medium by default."),
    ] = None,
    port: Port = 8501,
    worker: Annotated[bool, typer.Option(help="Run a demo worker that takes and finishes jobs.")] = True,
    reset: Annotated[bool, typer.Option(help="Start over with new data.")] = False,
) -> None:
    """Start PostgreSQL, Valkey, demo data and the app; Ctrl-C stops all of it."""
    from demo import stack

    stack.run(scale, port=port, with_worker=worker, reset=reset)


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on, behind a proxy with TLS.")] = "127.0.0.1",
    port: Port = 8501,
) -> None:
    """Serve the app with the settings of the environment and `.env`."""
    from core.settings import settings

    settings()  # every fault is told before anything starts
    options = [f"--server.address={host}", f"--server.port={port}"]
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", "app.py", *options])  # noqa: S606  # no shell


@cli.command()
def migrate(
    sql: Annotated[bool, typer.Option("--sql", help="Print the statements instead of running them.")] = False,
) -> None:
    """Bring the Desk's schema and roles to head, as DATABASE_OWNER_URL."""
    from core.settings import settings
    from schema import migrate as schema

    if sql:
        typer.echo(schema.sql())
        return
    chosen = settings()
    if chosen.database_owner_url is None:
        raise DeskError("DATABASE_OWNER_URL is not set. Set it to the schema's owner for this one command.")
    schema.upgrade(
        chosen.database_owner_url.get_secret_value(),
        reader_url=chosen.database_read_url.get_secret_value(),
        writer_url=chosen.database_url.get_secret_value(),
    )
    typer.echo(f"The database is at revision {schema.head()}.")


@cli.command()
def rollup(
    once: Annotated[bool, typer.Option("--once", help="Refresh each source once, as cron would.")] = False,
    backfill: Annotated[bool, typer.Option("--backfill", help="Continue until nothing is left to roll up.")] = False,
    audit: Annotated[bool, typer.Option("--audit", help="Compare with the raw rows, and repair what differs.")] = False,
    days: Annotated[int, typer.Option(min=1, max=10_000, help="How far back the audit compares.")] = 7,
    full_speed: Annotated[
        bool, typer.Option("--full-speed", help="Do not pause between batches; not for use beside a live product.")
    ] = False,
) -> None:
    """Refresh the roll-ups every minute until Ctrl-C, or do what the options say and end."""
    from threading import Event

    from actions import rollups
    from core import telemetry
    from core.errors import noted
    from web import background

    telemetry.configure()
    if not (once or backfill or audit):
        background.repeat("rollups", rollups.refresh_due, Event())
    failed = False
    for source in rollups.SOURCES:
        try:
            if once:
                done = rollups.tick(source)
                typer.echo(f"{source}: {f'{done.counted:,} rows up to {done.until:%F %R}' if done else BUSY}")
            if backfill:
                _backfill(source, rest=0 if full_speed else rollups.BESIDE_PRODUCT)
            if audit:
                found = rollups.audit(source, days=days, is_deep=True)
                said = f"{found.differing:,} hours differed, {found.healed:,} rolled up again"
                typer.echo(f"{source}: {said}. {found.compared}")
        except Exception as error:  # of any kind: the other sources must not wait for this one
            typer.echo(f"{source}: failed. {noted(error)}", err=True)
            failed = True
    raise typer.Exit(1 if failed else 0)


def _backfill(source: Source, *, rest: float) -> None:
    """Roll up with a progress bar over the hours from where it stands to now."""
    from actions import rollups

    start, counted = perf_counter(), 0
    ticks = rollups.catch_up(source, rest=rest)
    first = next(ticks, None)
    if first is None:
        typer.echo(f"{source}: {BUSY}")
        return
    reached = first.since
    hours = int((datetime.now(UTC) - first.since) / rollups.HOUR) + 1
    with typer.progressbar(length=hours, label=f"{source:<9}") as bar:
        for done in chain([first], ticks):
            bar.update(int((done.until - reached) / rollups.HOUR))
            reached, counted = done.until, counted + done.counted
    took_s = perf_counter() - start
    typer.echo(f"{source}: {counted:,} rows in {took_s:.1f} s, {counted / took_s:,.0f} a second")


@cli.command()
def doctor() -> None:
    """Run every check and say what to run where one fails; the exit code says whether every check passes."""
    from ops import doctor as checks

    well = True
    for check in checks.run():
        typer.echo(f"{'ok  ' if check.ok else 'FAIL'}  {check.name}: {check.finding}")
        for fix in check.fixes:
            typer.echo(f"       {fix}")
        well = well and check.ok
    raise typer.Exit(0 if well else 1)


staff_cli = typer.Typer(help="Manage staff: for the first admin, and when no admin can sign in.")
audit_cli = typer.Typer(help="Verify the audit log.")
cli.add_typer(staff_cli, name="staff", no_args_is_help=True)
cli.add_typer(audit_cli, name="audit", no_args_is_help=True)
Who = Annotated[str, typer.Argument(metavar="EMAIL", help="The address they sign in with.")]
Reason = Annotated[str, typer.Option(help="Kept in the audit log.")]


@staff_cli.command("add")
def staff_add(
    email: Who,
    role: Annotated[Role, typer.Option(help="Their role, which says what they may do.")],
    name: Annotated[str, typer.Option(help="The name to show; their address by default.")] = "",
    user_id: Annotated[UUID | None, typer.Option(help="Their id in Supabase Auth; looked up where possible.")] = None,
    reason: Reason = "",
) -> None:
    """Add a person who can sign in to the staff."""
    from actions import staff
    from ops import people

    known = user_id or people.user_id(email)
    staff.add(known, email, name or email, role, people.operator(), reason)
    typer.echo(f"{email} is on the staff, as {role.replace('_', ' ')}.")


@staff_cli.command("list")
def staff_list() -> None:
    """List the staff."""
    from ops import people

    for line in people.listed():
        typer.echo(line)


@staff_cli.command("role")
def staff_role(email: Who, role: Annotated[Role, typer.Argument(help="Their new role.")], reason: Reason = "") -> None:
    """Change a person's role."""
    from actions import staff
    from ops import people

    person = people.one(email)
    typer.echo(staff.change_role(UUID(person["user_id"]), person["role"], role, people.operator(), reason))


@staff_cli.command("deactivate")
def staff_deactivate(email: Who, reason: Reason = "") -> None:
    """Deactivate a person and end their sessions."""
    from actions import staff
    from ops import people

    typer.echo(staff.deactivate(UUID(people.one(email)["user_id"]), people.operator(), reason))


@staff_cli.command("reactivate")
def staff_reactivate(email: Who, reason: Reason = "") -> None:
    """Reactivate a person with the role they had."""
    from actions import staff
    from ops import people

    typer.echo(staff.reactivate(UUID(people.one(email)["user_id"]), people.operator(), reason))


@audit_cli.command("verify")
def audit_verify(
    head: Annotated[
        str, typer.Option(help="What an earlier verification printed; proves that nothing was cut off since.")
    ] = "",
) -> None:
    """Recompute the log's chain of hashes; the exit code says whether every row is as written."""
    from ops.chain import Head, verify

    verdict = verify(Head.parse(head) if head else None)
    for fault in verdict.faults:
        typer.echo(f"FAIL  {fault}")
    if verdict.faults:
        raise typer.Exit(1)
    typer.echo(f"ok    {verdict.head.position:,} rows are as written.")
    typer.echo(f"Keep this outside the database, for the next `audit verify --head`:\n{verdict.head}")


def main() -> None:
    """Run a command; what a person can act on is a sentence, not a traceback."""
    try:
        cli()
    except DeskError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
