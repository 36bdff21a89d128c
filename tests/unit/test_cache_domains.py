"""What is written is what answers are kept of: a domain that is bumped is read, and every domain is in use."""

from __future__ import annotations

import re
from typing import get_args

from core.cache import Domain
from demo.places import ROOT

FOLDERS = "actions", "components", "core", "pages", "web"
SOURCE = "\n".join(path.read_text() for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def test_every_domain_is_read_and_what_is_bumped_is_read() -> None:
    read = {*re.findall(r'(?:domain=|DOMAIN: Final = )"(\w+)"', SOURCE)}
    bumped = {name for said in re.findall(r"bump\(([^)]*)\)", SOURCE) for name in re.findall(r'"(\w+)"', said)}
    assert bumped >= {"jobs", "accounts", "creators"}
    assert bumped - read == set()
    assert read == {*get_args(Domain)} - {""}
