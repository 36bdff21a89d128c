"""One voice or avatar in a drawer: its sample, its versions beside each other, and what was made with it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import streamlit as st

from components.ui import destinations, details, feedback, fmt, gate, media, url
from components.ui.statuses import badge, ended, errors
from core.database import rows
from queries.models import figures
from queries.models.figures import Kind, Model

WIDTH_PX: Final = 640


def drawer() -> None:
    """The model that the URL names, if it names one."""
    kind: Kind | None = "voice" if "voice" in st.query_params else "avatar" if "avatar" in st.query_params else None
    if kind is None:
        return
    model_id = url.uuid(kind)

    @st.dialog(
        "Voice model" if kind == "voice" else "Avatar model", width=WIDTH_PX, position="right", on_dismiss=_close
    )
    def opened() -> None:
        gate.require("read")
        found = rows(figures.one(kind, model_id)) if model_id else []
        if not found:
            feedback.empty(
                "This model does not exist.", "It may have been deleted. Close this and refresh.", "link_off"
            )
            return
        with feedback.error_boundary("Model"):
            _model(kind, found[0])

    opened()


def _close() -> None:
    url.write(voice=None, avatar=None)


def _model(kind: Kind, model: Model) -> None:
    stuck = " :orange-badge[:material/running_with_errors: stuck]" if model["is_stuck"] else ""
    inactive = " :gray-badge[inactive]" if model["is_active"] is False else ""
    st.markdown(f"{badge(model['status'])}{stuck}{inactive} **{fmt.literal(model['name'])}**")
    st.code(model["id"], language=None)
    destinations.homes({model["account_name"] or "Account": ("accounts", {"id": model["account_id"]})})
    with feedback.error_boundary("Sample"):
        st.markdown("**Sample**")
        file = media.File(model["sample_url"], model["sample_path"], "voices" if kind == "voice" else "avatars")
        media.player("audio" if kind == "voice" else "video", file, alt=model["name"][:200], record=model["id"])
    details.facts(
        {
            "Quality": fmt.EMPTY if model["quality"] is None else f"{model['quality']:g} of 1",
            "In this state since": fmt.dated(model["updated_at"]),
            "Version": fmt.EMPTY if model["version"] is None else f"{model['version']:,}",
            "Training took": details.seconds(ended(model["status"], model["training_s"])),
            "Photos": fmt.EMPTY if model["photos"] is None else f"{model['photos']:,}",
            "Created by": fmt.literal(model["user_email"] or fmt.EMPTY),
            "Provider's id": fmt.literal(model["provider_id"] or fmt.EMPTY),
            "Created": fmt.dated(model["created_at"]),
        }
    )
    if kind == "voice" and model["account_id"]:
        with feedback.error_boundary("Versions"):
            _versions(model)
    with feedback.error_boundary("Uses"):
        _uses(kind, UUID(model["id"]))
    if kind == "voice":
        with feedback.error_boundary("Jobs"):
            details.jobs("voice_model_id", UUID(model["id"]))


def _versions(model: Model) -> None:
    found = rows(figures.versions(UUID(model["account_id"]), model["name"]))
    if len(found) < 2:
        return
    st.markdown(f"**Versions of this voice** :gray[· {fmt.total(found)}]")
    links = media.links([media.File(one["sample_url"], one["sample_path"], "voices") for one in found])
    with st.grid(2, min_column_width=220):
        for one, link in zip(found, links, strict=True):
            with st.container(border=True, height="stretch"):
                number = "?" if one["version"] is None else f"{one['version']:,}"
                quality = fmt.EMPTY if one["quality"] is None else f"{one['quality']:g}"
                st.markdown(f"**v{number}** {badge(one['status'])} quality {quality}")
                media.playing("audio", link, f"{model['name']}, version {number}"[:200], f"version {one['id']}")
                st.caption(f"{fmt.utc(one['created_at'])}{' · inactive' if one['is_active'] is False else ''}")


def _uses(kind: Kind, model_id: UUID) -> None:
    found = rows(figures.uses(kind, model_id))
    total, failed = (found[0]["total"], found[0]["failed"]) if found else (0, 0)
    st.markdown(f"**Generated with it** :gray[· {total:,}, of which {failed:,} failed]")
    if not found:
        st.caption("Never used.")
    for one in found:
        label = f"{badge(one['status'])} {fmt.literal(one['content_type'])} :gray[{fmt.age(one['created_at'])}]"
        left, right = st.columns([5, 1], vertical_alignment="center")
        with left:
            st.markdown(label)
            for error in filter(None, errors([one["status"]], [one["error_message"]])):
                st.text(error)
        with right:
            destinations.homes({"Open": ("generated_content", one)})
