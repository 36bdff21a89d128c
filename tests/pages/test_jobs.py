"""The Jobs page, run in this process."""

import pytest


def test_opens(app, database):
    at = app("sam", "jobs")
    print(at)
    assert not at.exception
