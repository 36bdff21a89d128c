"""The newest version that the changelog tells of is the project's, and it is released."""

from __future__ import annotations

import re
import tomllib
from datetime import date

from demo.places import ROOT


def test_the_newest_version_is_the_projects_and_released() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    released = [re.fullmatch(r"(\d+\.\d+\.\d+) \((\d{4}-\d\d-\d\d)\)", heading) for heading in headings]
    assert all(released), headings
    versions = [found[1] for found in released if found]
    assert versions[0] == project["version"]
    assert versions == sorted(versions, key=lambda version: [*map(int, version.split("."))], reverse=True)
    days = [date.fromisoformat(found[2]) for found in released if found]
    assert days == sorted(days, reverse=True)
