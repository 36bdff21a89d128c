"""What is left out where a program is missing that only Debian brings; `tests/prerequisites.sh` says so."""

from __future__ import annotations

import os
import shutil

from tests.pooler import PROGRAM

# Programs around the database, which its version does not change: once is enough.
_ANY_VERSION = ("test_deploy.py", "test_people.py", "test_redis_tls.py", "test_servers.py")

collect_ignore = [
    *([] if PROGRAM else ["test_pooler.py"]),
    *([] if shutil.which("redis-server") else ["test_redis_tls.py"]),
    *(_ANY_VERSION if os.environ.get("TEST_PG", "18") != "18" else []),
]
