"""What a pasted id, e-mail address, name, username or title means, whichever of the 22 tables it is in."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, Text, case, func, literal, null, select, union_all
from sqlalchemy.orm import aliased

from queries import tables as t
from queries.sql.text import contains, escaped, printable, same
from queries.tables.base import Rows

SHOWN: Final = 5
"""Results of one kind; one more is read, so that the list can say that there are more."""
NEWEST: Final = 5_000
"""Records of each kind among which words are looked for that no index finds."""
CANDIDATES: Final = 500
"""Matches that are ranked: a word that fits a hundred thousand titles need not be sorted to show five."""

COLUMNS: Final = ("account_id", "project_id", "piece_id", "creator_id")
"""What a result is known to belong to."""


def by_id(identity: UUID) -> Rows:
    """Whatever has this id, in any of the product's tables, each asked by its primary key in one statement.

    Columns: kind (the table's name), id, title, note, account_id, project_id, piece_id, creator_id (None where it
    belongs to none), account_name.
    """
    return _named(union_all(*(rows.where(table.c.id == identity) for table, rows in _records())).subquery("found"))


def by_text(text: str) -> Rows:
    """Accounts, people, creators and projects whose name, e-mail, username or title holds every word; best first.

    Columns: those of `by_id`, and rank (0 the same, 1 begins so, 2 holds it). At most `SHOWN` + 1 of each kind; none
    for an empty text. Of a short one all that begins with it, and what holds it among the `NEWEST`.
    """
    return _matching(text, ("accounts", "users", "creators", "projects"))


def is_short(text: str) -> bool:
    """Whether an index finds none of its words, as they have fewer than three characters or no letter and no digit."""
    words = printable(text).split()
    return bool(words) and not any(len(word) >= 3 and any(map(str.isalnum, word)) for word in words)


def by_email(text: str) -> Rows:
    """People by their e-mail address, and accounts by their billing address. Columns: those of `by_text`."""
    return _matching(text, ("users", "billing"))


def by_username(text: str) -> Rows:
    """Creators by their username, without the @. Columns: those of `by_text`."""
    return _matching(text, ("creators",))


def by_profile(platform: str, username: str) -> Rows:
    """The creator on that platform. Columns: those of `by_id`, note being the address of the profile as stored."""
    c = t.creators.c
    is_same = (c.platform == platform) & same(c.username, username)
    creators = _record(t.creators, func.concat("@", c.username), c.profile_url, creator_id=c.id)
    return _named(creators.where(is_same).limit(SHOWN + 1).subquery("found"))


def _matching(text: str, sources: tuple[str, ...]) -> Rows:
    wanted = printable(text)
    known = {table.name: (table, rows) for table, rows in _records()}
    searched: dict[str, tuple[str, ColumnElement[Any]]] = {
        "accounts": ("accounts", t.accounts.c.name),
        "billing": ("accounts", t.accounts.c.billing_email),
        "users": ("users", t.users.c.email),
        "creators": ("creators", t.creators.c.username),
        "projects": ("projects", t.projects.c.title),
    }
    parts: list[Rows] = []
    for source in sources:
        name, column = searched[source]
        table, rows = known[name]
        parts.append(select(_best(table, rows, column, wanted)))
    found = union_all(*parts).subquery("found")
    return _named(found, found.c.rank).order_by(found.c.rank, func.length(found.c.title), found.c.title, found.c.id)


def _best(table: Table[Any], rows: Rows, column: ColumnElement[Any], wanted: str) -> Any:
    """The best few rows of a table whose column holds every word."""
    equal = select(table.c.id).where(column == wanted).limit(SHOWN)
    found = [equal, *(part.limit(CANDIDATES) for part in _holding(table, column, wanted))]
    candidates = union_all(*(select(part.subquery()) for part in found)).subquery()
    rank = case(
        (same(column, wanted), 0),
        (column.ilike(f"{escaped(wanted)}%", escape="\\"), 1),
        else_=2,
    ).label("rank")
    return (
        rows.add_columns(rank)
        .where(table.c.id.in_(select(candidates.c.id)))
        .order_by(rank, func.length(column), column, table.c.id)
        .limit(SHOWN + 1)
        .subquery()
    )


def _holding(table: Table[Any], column: ColumnElement[Any], wanted: str) -> list[Rows]:
    """The rows whose column holds every word; a trigram index finds parts of three characters, and any beginning."""
    words = sorted(wanted.split(), key=len, reverse=True)[:8]
    if not words:
        return []
    if not is_short(wanted):
        return [select(table.c.id).where(*(contains(column, word) for word in words))]
    begins = [select(table.c.id).where(column.ilike(f"{escaped(wanted)}%", escape="\\"))]
    if not any(map(str.isalnum, wanted)):
        begins = []
    if wanted == "@" and column.name in {"email", "billing_email"}:
        return begins  # every address holds one
    newest = select(table.c.id, column.label("said")).order_by(table.c.created_at.desc(), table.c.id.desc())
    window = newest.limit(NEWEST).subquery()
    return [*begins, select(window.c.id).where(*(contains(window.c.said, word) for word in words))]


def _named(found: Any, *more: ColumnElement[Any]) -> Rows:
    """The rows with the name of the account that each belongs to."""
    owner = aliased(t.accounts, name="owner")
    return select(
        found.c.kind, found.c.id, found.c.title, found.c.note, *(found.c[name] for name in COLUMNS),
        owner.c.name.label("account_name"), *more,
    ).outerjoin_from(found, owner, owner.c.id == found.c.account_id)  # fmt: skip


def _records() -> list[tuple[Table[Any], Rows]]:
    """Every table with the read that says what one of its records is."""
    piece, project, user, creator = t.content_pieces, t.projects, t.users, t.creators
    piece_title = func.coalesce(piece.c.title, piece.c.source_url)
    of_project = {"account_id": project.c.account_id, "project_id": project.c.id}
    of_piece = {"account_id": piece.c.account_id, "project_id": piece.c.project_id, "piece_id": piece.c.id}
    # fmt: off
    a, u, up, cc, cr, fc = (
        t.accounts, t.users, t.user_profiles, t.creator_categories, t.creators, t.account_followed_creators
    )
    co, fo, ch, ca = t.project_collaborators, t.canvas_folders, t.chat_interfaces, t.content_analysis
    fi, cn, gs, vm, am = (
        t.canvas_folder_items, t.canvas_connections, t.generated_scripts, t.voice_models, t.avatar_models
    )
    gc, pq, al, us, an = (
        t.generated_content, t.processing_queue, t.api_usage_logs, t.account_usage_stats, t.content_annotations
    )
    return [
        (a, _record(a, a.c.name, a.c.plan_type, account_id=a.c.id)),
        (u, _record(u, u.c.email, u.c.role, account_id=u.c.account_id)),
        (up, _record(up, func.coalesce(up.c.brand_name, user.c.email), None, account_id=user.c.account_id)
            .outerjoin_from(up, user, user.c.id == up.c.user_id)),
        (cc, _record(cc, cc.c.name, None)),
        (cr, _record(cr, func.concat("@", cr.c.username), cr.c.platform, creator_id=cr.c.id)),
        (fc, _record(fc, func.concat("@", creator.c.username), None, account_id=fc.c.account_id,
            creator_id=fc.c.creator_id).outerjoin_from(fc, creator, creator.c.id == fc.c.creator_id)),
        (project, _record(project, project.c.title, None, **of_project)),
        (co, _record(co, user.c.email, co.c.permission_level, **of_project)
            .outerjoin_from(co, project, project.c.id == co.c.project_id).outerjoin(user, user.c.id == co.c.user_id)),
        (fo, _record(fo, fo.c.name, None, **of_project).outerjoin_from(fo, project, project.c.id == fo.c.project_id)),
        (ch, _record(ch, ch.c.name, None, **of_project).outerjoin_from(ch, project, project.c.id == ch.c.project_id)),
        (piece, _record(piece, piece_title, piece.c.platform, **of_piece)),
        (ca, _record(ca, piece_title, ca.c.analysis_status, **of_piece)
            .outerjoin_from(ca, piece, piece.c.id == ca.c.content_piece_id)),
        (fi, _record(fi, func.coalesce(piece_title, fo.c.name), None, account_id=project.c.account_id,
            project_id=fo.c.project_id, piece_id=fi.c.content_piece_id)
            .outerjoin_from(fi, fo, fo.c.id == fi.c.folder_id).outerjoin(project, project.c.id == fo.c.project_id)
            .outerjoin(piece, piece.c.id == fi.c.content_piece_id)),
        (cn, _record(cn, func.concat(cn.c.source_type, " to ", cn.c.target_type), None, **of_project)
            .outerjoin_from(cn, project, project.c.id == cn.c.project_id)),
        (gs, _record(gs, piece_title, gs.c.generation_status, account_id=gs.c.account_id,
            project_id=piece.c.project_id, piece_id=piece.c.id)
            .outerjoin_from(gs, piece, piece.c.id == gs.c.content_piece_id)),
        (vm, _record(vm, vm.c.name, vm.c.training_status, account_id=vm.c.account_id)),
        (am, _record(am, am.c.name, am.c.creation_status, account_id=am.c.account_id)),
        (gc, _record(gc, gc.c.content_type, gc.c.generation_status, account_id=gc.c.account_id,
            project_id=gc.c.project_id)),
        (pq, _record(pq, pq.c.job_type, pq.c.status, account_id=pq.c.account_id)),
        (al, _record(al, func.concat_ws(" ", al.c.service_name, al.c.endpoint), al.c.status_code,
            account_id=al.c.account_id)),
        (us, _record(us, us.c.stat_date, None, account_id=us.c.account_id)),
        (an, _record(an, piece_title, an.c.annotation_type, **of_piece)
            .outerjoin_from(an, piece, piece.c.id == an.c.content_piece_id)),
    ]
    # fmt: on


def _record(
    table: Table[Any], title: ColumnElement[Any], note: ColumnElement[Any] | None, **known: ColumnElement[Any]
) -> Select[*tuple[Any, ...]]:
    note = null() if note is None else note
    return select(
        literal(table.name, Text).label("kind"),
        table.c.id,
        func.left(title.cast(Text), 200).label("title"),
        note.cast(Text).label("note"),
        *(known.get(name, null()).cast(t.users.c.id.type).label(name) for name in COLUMNS),
    )
