"""Where the demo keeps its data, and as which system user its servers run."""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import stat
import subprocess
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from core.errors import DeskError

ROOT: Final = Path(__file__).resolve().parent.parent
"""The checkout."""

_SERVERS_USER: Final = "embedded_postgres"

SHARED: Final = Path("/var/tmp")  # noqa: S108  # survives a reboot; `own` refuses what another user put there
SOCKETS: Final = Path("/tmp")  # noqa: S108  # short: a socket's path may have 103 bytes on macOS, 107 on Linux


def home() -> Path:
    """This checkout's demo directory: `.demo/`, or for root one that the servers' user can reach."""
    if os.geteuid():
        return own(ROOT / ".demo", mode=0o700)
    return own(SHARED / f"aicon-desk-{_digest(ROOT)}", mode=0o755)


@cache
def system_user() -> str | None:
    """Who runs the servers: None means the current user; root needs another, as PostgreSQL refuses to run as root."""
    if os.geteuid():
        return None
    made = None
    # One at a time: of two that add the same user at once, one goes on with a number that the other then changes.
    with Path("/etc/passwd").open() as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        if not _exists(_SERVERS_USER):
            command = ["useradd", "--system", _SERVERS_USER]
            made = subprocess.run(command, check=False, capture_output=True, text=True)
    if made and not _exists(_SERVERS_USER):
        raise DeskError(
            f"PostgreSQL refuses to run as root, and the system user {_SERVERS_USER} cannot be made "
            f"({made.stderr.strip()}). Run this as an ordinary user."
        )
    return _SERVERS_USER


def socket_directory(data: Path) -> Path:
    """A private directory for a server's sockets: short, and the same at every start."""
    return hand_over(own(SOCKETS / f"desk-{os.geteuid()}-{_digest(data)}", mode=0o700))


def hand_over(path: Path) -> Path:
    """Give a file or directory to the servers' user."""
    if user := system_user():
        shutil.chown(path, user, pwd.getpwnam(user).pw_gid)
    return path


def own(path: Path, mode: int) -> Path:
    """Make the directory unless it is there; refuse one that belongs to somebody else."""
    path.mkdir(mode=mode, exist_ok=True)
    found = path.lstat()
    user = system_user()
    ours = {os.geteuid(), *([pwd.getpwnam(user).pw_uid] if user else [])}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
        raise DeskError(f"{path} belongs to another user. Remove it and start again.")
    path.chmod(mode)  # whatever the umask is
    return path


def reachable(program: Path, package: Path, version: str) -> Path:
    """The program where the servers' user can run it: in place, or in a copy of its package when that is private.

    `package` is the directory below site-packages that holds the program.
    """
    try:
        subprocess.run([program, "--version"], user=system_user(), cwd="/", check=True, capture_output=True)
        return program
    except PermissionError:
        pass
    except (OSError, subprocess.CalledProcessError) as error:
        raise DeskError(f"{program} does not run here ({error}). Delete .venv and start again.") from None
    copy = home() / f"{package.name}-{version}"
    if not copy.exists():
        fresh = home() / f"{copy.name}.{os.getpid()}"
        for source in package.parent.glob(
            f"{package.name}*"
        ):  # with the shared libraries that its wheel keeps beside it
            if source.name in {package.name, f"{package.name}.libs"}:
                shutil.copytree(source, fresh / source.name)
        for path in (fresh, *fresh.rglob("*")):
            path.chmod(0o755)
        try:
            fresh.rename(copy)
        except OSError:  # another process was faster
            shutil.rmtree(fresh)
    return copy / program.relative_to(package.parent)


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def _digest(path: Path) -> str:
    return sha256(str(path).encode()).hexdigest()[:10]
