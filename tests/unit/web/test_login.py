"""After signing in one lands on this site, whatever the address asked for."""

from __future__ import annotations

import pytest

from web.auth.login import safe_next


@pytest.mark.parametrize(
    "wanted", ["/", "/jobs", "/jobs?jobs_state=failed&x=%2F", "/account?account=a b".replace(" ", "%20")]
)
def test_a_path_of_this_site_is_kept(wanted: str) -> None:
    assert safe_next(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "jobs",
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/jobs\r\nSet-Cookie: desk=x",
        "/jobs\x00",
        "javascript:alert(1)",
        " /jobs",
        "/jobs x",
        "/login?next=/login",
        "/logout",
        "/auth/confirm?type=invite",
        "/_stcore/stream",
    ],
)
def test_anything_else_is_the_start_page(wanted: str) -> None:
    assert safe_next(wanted) == "/"
