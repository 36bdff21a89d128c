"""Errors whose message tells the reader what to do next."""

from __future__ import annotations


class DeskError(Exception):
    """Anything the Desk says to a person; the message is a sentence with the next step."""

    default = "Something went wrong. Try again; if it happens again, tell an admin."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.default)


class DatabaseDown(DeskError):
    """PostgreSQL cannot be reached."""

    default = "The database does not answer. Nothing was lost; this page recovers when it is back."


class DatabaseBusy(DeskError):
    """A statement ran into its timeout or a lock."""

    default = "The database took too long. Narrow the filters or try again in a moment."


class DatabaseMisconfigured(DeskError):
    """The Desk's role lacks a grant, or a table or column is missing."""

    default = "The database is not set up for the Desk. Ask an admin to run `python manage.py migrate`."


class SignedOut(DeskError):
    """There is no valid session."""

    default = "You are signed out. Sign in again to continue."


class SignInRefused(DeskError):
    """Whatever was wrong: who guesses must not learn how far they got."""

    default = "That did not work. Check what you entered and try again."


class Throttled(DeskError):
    """Too many attempts."""

    default = "Too many attempts. Wait a quarter of an hour, then try again."


class SupabaseDown(DeskError):
    """Supabase Auth cannot be reached."""

    default = (
        "Supabase does not answer, so nobody can sign in at the moment. People already signed in can keep working."
    )


class Forbidden(DeskError):
    """The viewer's role does not include the permission."""

    default = "Your role does not allow this. Ask an admin if you need to."


class Invalid(DeskError):
    """The input cannot be used as it is."""

    default = "That input cannot be used. Correct it and try again."


class NotFound(DeskError):
    """The object does not exist, or no longer does."""

    default = "That no longer exists. Go back to the list and refresh."


class SettingsInvalid(DeskError):
    """Environment variables are missing or wrong; the message lists every fault."""


def noted(error: BaseException) -> str:
    """What is kept of an error beside the work it stopped: the Desk's own sentence, else what the driver calls it.

    The driver's own words may hold a customer's values: they go to the log only.
    """
    if isinstance(error, DeskError):
        return str(error)
    return f"It failed with {type(getattr(error, 'orig', None) or error).__name__}; the log has more."
