"""The settings say every fault at once, keep secrets, and are documented as they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.errors import SettingsInvalid
from core.settings import Settings, settings
from demo.places import ROOT

NAMES = {name.upper() for name in Settings.model_fields}
GOOD = {
    "DATABASE_URL": "postgresql://desk_writer:wr1ter-pw@localhost/desk",
    "DATABASE_READ_URL": "postgresql://desk_reader:re4der-pw@localhost/desk",
    "AUTH_MODE": "demo",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment with no setting of the Desk in it, in a directory without a `.env`."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def chosen(environment: pytest.MonkeyPatch, **variables: str) -> Settings:
    """The settings that these variables make."""
    for name, value in variables.items():
        environment.setenv(name, value)
    return settings.__wrapped__()


def faults(environment: pytest.MonkeyPatch, **variables: str) -> str:
    """What is said against these variables."""
    with pytest.raises(SettingsInvalid) as refused:
        chosen(environment, **variables)
    return str(refused.value)


def test_every_fault_is_told_at_once(environment: pytest.MonkeyPatch) -> None:
    said = faults(environment, AUTH_MODE="open", PUBLIC_URL="http://desk.example.com", SESSION_MAX_HOURS="0")
    lines = [line.split(":")[0].strip() for line in said.splitlines()[1:]]
    assert sorted(lines) == ["AUTH_MODE", "DATABASE_READ_URL", "DATABASE_URL", "PUBLIC_URL", "SESSION_MAX_HOURS"]


def test_supabase_sign_in_needs_its_project(environment: pytest.MonkeyPatch) -> None:
    said = faults(environment, **GOOD | {"AUTH_MODE": "supabase"})
    assert "AUTH_MODE=supabase needs SUPABASE_URL and SUPABASE_PUBLISHABLE_KEY" in said


@pytest.mark.parametrize("bad", ["", "desk.example.com", "ftp://desk.example.com", "https://desk.example.com/desk"])
def test_public_url_is_an_origin(environment: pytest.MonkeyPatch, bad: str) -> None:
    if bad:
        assert "PUBLIC_URL" in faults(environment, **GOOD, PUBLIC_URL=bad)
    else:
        assert chosen(environment, **GOOD, PUBLIC_URL=bad).public_url == "http://localhost:8501"


def test_public_url_loses_its_slash(environment: pytest.MonkeyPatch) -> None:
    found = chosen(environment, **GOOD, PUBLIC_URL="https://desk.example.com/")
    assert found.public_url == "https://desk.example.com"
    assert found.is_https


def test_secrets_are_never_printed(environment: pytest.MonkeyPatch) -> None:
    secret = "s3cr3t-value"
    variables = GOOD | dict.fromkeys(("SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY", "METRICS_TOKEN"), secret)
    variables |= {"REDIS_URL": f"redis://:{secret}@localhost"}
    found = chosen(environment, **variables)
    for printed in (repr(found), str(found), str(found.model_dump()), found.model_dump_json()):
        assert not re.search(f"{secret}|wr1ter-pw|re4der-pw", printed)
    assert secret not in faults(environment, **variables, STUCK_AFTER_MINUTES="soon", LOG_LEVEL=secret)


def test_a_rejected_secret_is_not_repeated(environment: pytest.MonkeyPatch) -> None:
    assert "hunter2" not in faults(environment, **GOOD, PUBLIC_URL="https://ada:hunter2@desk.example.com/x")


def test_dotenv_is_read_and_the_environment_has_precedence(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("STUCK_AFTER_MINUTES=5\nSESSION_MAX_HOURS=2\nUNKNOWN=1\n")
    found = chosen(environment, **GOOD, SESSION_MAX_HOURS="3")
    assert (found.stuck_after_minutes, found.session_max_hours) == (5, 3)


def test_masked_keys_are_a_list(environment: pytest.MonkeyPatch) -> None:
    assert chosen(environment, **GOOD, MASKED_KEYS=" Prompt, ,token ").masked_keys == ["prompt", "token"]


def test_media_hosts_are_names(environment: pytest.MonkeyPatch) -> None:
    assert chosen(environment, **GOOD, MEDIA_HOSTS=" CDN.example.com, ,b-2.cdn.example").media_hosts == [
        "cdn.example.com",
        "b-2.cdn.example",
    ]
    for bad in (
        "https://cdn.example.com",
        "cdn.example.com:8443",
        "*.example.com",
        "10.0.0.1",
        "localhost",
        "a b.example",
    ):
        assert "names such as cdn.example.com" in faults(environment, **GOOD, MEDIA_HOSTS=bad)


def test_limits_by_type_are_minutes(environment: pytest.MonkeyPatch) -> None:
    limits = chosen(environment, **GOOD, STUCK_AFTER_BY_TYPE=" avatar_generation=60 ,file_processing = 5,")
    assert limits.stuck_after_by_type == {"avatar_generation": 60, "file_processing": 5}
    for bad in ("avatar_generation", "avatar_generation=soon", "avatar_generation=0"):
        assert "like avatar_generation=60" in faults(environment, **GOOD, STUCK_AFTER_BY_TYPE=bad)


def test_the_example_names_every_setting_with_its_default() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    shown = dict(line.removeprefix("# ").split("=", 1) for line in lines if re.match(r"(# )?[A-Z_]+=", line))
    assert set(shown) == NAMES
    for name, value in shown.items():
        default = Settings.model_fields[name.lower()].default
        if f"# {name}={value}" in lines:
            assert value == _written(default), name


def _written(default: object) -> str:
    if isinstance(default, dict):
        return ",".join(f"{name}={value}" for name, value in default.items())
    return ",".join(map(str, default)) if isinstance(default, list) else str(default or "")


def test_the_readme_names_every_setting() -> None:
    table = (ROOT / "README.md").read_text().split("<!-- settings -->")[1].split("<!-- /settings -->")[0]
    assert set(re.findall(r"`([A-Z_]+)`", "\n".join(re.findall(r"^\| ([^|]+) \|", table, re.M)))) == NAMES


def test_the_readme_and_the_example_say_what_the_settings_say() -> None:
    said = {name.upper(): str(field.description) for name, field in Settings.model_fields.items()}
    table = (ROOT / "README.md").read_text().split("<!-- settings -->")[1].split("<!-- /settings -->")[0]
    assert dict(re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| [^|]+ \|$", table, re.M)) == said
    above, comments = list[str](), dict[str, str]()
    for line in (ROOT / ".env.example").read_text().splitlines():
        if setting := re.match(r"(?:# )?([A-Z_]+)=", line):
            comments[setting[1]] = " ".join(above)
        above = [*above, line.removeprefix("# ")] if line.startswith("# ") and not setting else []
    assert comments == {name: text.replace("`", "") for name, text in said.items()}


def test_each_description_is_a_sentence_by_itself() -> None:
    for name, field in Settings.model_fields.items():
        assert re.match(r"[A-Z`].*\.$", str(field.description)), name
        assert not re.match(r"(It|They|This|Comma|None|Only)\b", str(field.description)), name
