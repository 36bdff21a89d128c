"""What is written is what answers are kept of: a domain that is invalidated is read, and every domain is in use."""

from __future__ import annotations

import re
from typing import get_args

from core.cache import Domain
from demo.places import ROOT

FOLDERS = "actions", "components", "core", "pages", "web"
SOURCE = "\n".join(path.read_text() for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def test_every_domain_is_read_and_what_is_invalidated_is_read() -> None:
    read = {*re.findall(r'(?:domain=|DOMAIN: Final = )"(\w+)"', SOURCE)}
    invalidated = {
        name for said in re.findall(r"invalidate\(([^)]*)\)", SOURCE) for name in re.findall(r'"(\w+)"', said)
    }
    assert invalidated >= {"jobs", "accounts", "creators"}
    assert invalidated - read == set()
    assert read == {*get_args(Domain)} - {""}
