"""A second factor is decided where three files can be read together: who needs one, what is asked, what proves it."""

from __future__ import annotations

import re
from typing import Final

from demo.places import ROOT

DECIDING: Final = re.compile(r"""\.(factors?|aal|require_mfa|prove|enrol)\b|["'](aal\d|totp)["']""")


def test_a_second_factor_is_decided_in_three_files() -> None:
    modules = [path for room in ("actions", "core", "ops", "web") for path in (ROOT / room).rglob("*.py")]
    deciding = {str(path.relative_to(ROOT)) for path in modules if DECIDING.search(path.read_text())}
    assert deciding == {"core/supabase_auth.py", "web/auth/mfa.py", "web/auth/providers/supabase.py"}
