"""Processes that end when this one does."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self, TypedDict, Unpack

from core.errors import DeskError
from demo import places

# The shell waits for the program and reads from a pipe that only we hold: when we stop it or die, however we die, the
# pipe closes and the program is asked to end.
_GUARD: Final = """
exec 3<&0 </dev/null
"$@" 3<&- & program=$!
{ read -r _ <&3; kill -INT "$program"; } & guard=$!
exec 3<&-
wait "$program"; status=$?
kill "$guard" 2>/dev/null; exit "$status"
"""
START_S: Final = 60  # recovery after a crash during a large load takes this long at worst
STOP_S: Final = 30


class SystemUser(TypedDict, total=False):
    """Arguments of `subprocess`."""

    user: str
    group: str
    extra_groups: list[str]


def as_system_user() -> SystemUser:
    """How `subprocess` starts a program as the servers' user; nothing unless we are root."""
    user = places.system_user()
    return {"user": user, "group": user, "extra_groups": []} if user else {}


def start(
    command: Sequence[str],
    *,
    cwd: Path,
    output: IO[bytes] | None = None,
    env: Mapping[str, str] | None = None,
    **user: Unpack[SystemUser],
) -> subprocess.Popen[bytes]:
    """Start a program; its output goes to ours unless told. The exit code is the program's."""
    return subprocess.Popen(
        ["/bin/sh", "-c", _GUARD, "guard", *command],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=output,
        cwd=cwd,
        env=env,
        start_new_session=True,  # Ctrl-C reaches us only, and we stop things in order
        **user,
    )


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the program to end and wait; end it by force after half a minute. A second call does nothing."""
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Server:
    """One server process that ends with this one; a context manager, `stop` may be called twice."""

    name = "The server"

    def __init__(self, data: Path) -> None:
        self.data = data
        self.sockets = data
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """The server's log since its last start."""
        return self.data / "server.log"

    @property
    def pid(self) -> int | None:
        """The process id of the running server, None when it does not run."""
        raise NotImplementedError

    def command(self) -> list[str]:
        """The command line that runs the server in the foreground."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Whether the server takes connections."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Make the data directory ready for a start."""

    def start(self) -> Self:
        """Start and wait until the server takes connections; raises `DeskError` with the end of its log."""
        try:
            self.prepare()
            self.sockets = places.socket_directory(self.data)
            with self.log.open("wb") as log:
                self._process = start(self.command(), cwd=self.data, output=log, **as_system_user())
            self._await_ready(self._process)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop and wait for it."""
        process, self._process = self._process, None
        if process:
            stop(process)
        with suppress(OSError):
            self.sockets.rmdir()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    def _await_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_S
        while not self.is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                tail = "\n  ".join(self.log.read_text(errors="replace").splitlines()[-5:])
                raise DeskError(
                    f"{self.name} did not start; its log {self.log} ends with:\n  {tail}\n"
                    "If its data are damaged or of another version, `make demo-reset` starts over."
                )
            time.sleep(0.02)
