"""What is left out where a program is missing that only Debian brings; `tests/prerequisites.sh` says so."""

from __future__ import annotations

import shutil

from tests.pooler import PROGRAM

collect_ignore = [
    *([] if PROGRAM else ["test_pooler.py"]),
    *([] if shutil.which("redis-server") else ["test_redis_tls.py"]),
]
