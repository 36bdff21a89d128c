"""Operator commands: start the demo, serve, migrate, and say what is wrong."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Literal

import typer

from core.errors import DeskError

cli = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
Port = Annotated[int, typer.Option(envvar="PORT", min=1, max=65535, help="Where the app listens.")]


@cli.command()
def demo(
    scale: Annotated[
        Literal["small", "medium", "large"] | None,
        typer.Option(envvar="DEMO_SCALE", help="How much data the first start makes; medium unless told."),
    ] = None,
    port: Port = 8501,
    worker: Annotated[bool, typer.Option(help="Whether jobs are taken and finished by a demo worker.")] = True,
    reset: Annotated[bool, typer.Option(help="Start over with new data.")] = False,
) -> None:
    """Start PostgreSQL, Valkey, demo data and the app; Ctrl-C stops all of it."""
    from demo import stack

    stack.run(scale, port=port, with_worker=worker, reset=reset)


@cli.command()
def serve(
    host: Annotated[
        str, typer.Option(help="The address to listen on; a proxy with TLS stands before it.")
    ] = "127.0.0.1",
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
def doctor() -> None:
    """Check settings, connections, migrations and roles; the exit code tells whether all is well."""
    from schema import checks

    well = True
    for check in checks.run():
        typer.echo(f"{'ok ' if check.ok else 'NOT'}  {check.name}: {check.finding}")
        well = well and check.ok
    raise typer.Exit(0 if well else 1)


def main() -> None:
    """Run a command; what a person can act on is a sentence, not a traceback."""
    try:
        cli()
    except DeskError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
