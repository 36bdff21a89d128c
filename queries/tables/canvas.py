"""Which columns the product's canvas tables have."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Column, Named, Numeric, String, Table, Text, TypedColumns, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from queries.tables.base import METADATA, UTC_TIME


class ProjectsColumns(TypedColumns):
    """Columns of `public.projects`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    account_id: Named[UUID | None]
    created_by_user_id: Named[UUID | None]
    title: Named[str] = Column(String(255))
    description: Named[str | None] = Column(Text)
    canvas_data: Named[object | None] = Column(JSONB)
    is_archived: Named[bool | None]
    created_at: Named[datetime | None] = Column(UTC_TIME)
    updated_at: Named[datetime | None] = Column(UTC_TIME)
    last_accessed_at: Named[datetime | None] = Column(UTC_TIME)
    last_accessed_by_user_id: Named[UUID | None]


projects = Table("projects", METADATA, ProjectsColumns, schema="public")


class ProjectCollaboratorsColumns(TypedColumns):
    """Columns of `public.project_collaborators`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    project_id: Named[UUID | None]
    user_id: Named[UUID | None]
    permission_level: Named[str | None] = Column(String(50))
    added_at: Named[datetime | None] = Column(UTC_TIME)
    added_by_user_id: Named[UUID | None]


project_collaborators = Table("project_collaborators", METADATA, ProjectCollaboratorsColumns, schema="public")


class CanvasFoldersColumns(TypedColumns):
    """Columns of `public.canvas_folders`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    project_id: Named[UUID | None]
    name: Named[str] = Column(String(255))
    position_x: Named[Decimal | None] = Column(Numeric(10, 2))
    position_y: Named[Decimal | None] = Column(Numeric(10, 2))
    width: Named[Decimal | None] = Column(Numeric(10, 2))
    height: Named[Decimal | None] = Column(Numeric(10, 2))
    is_collapsed: Named[bool | None]
    color: Named[str | None] = Column(String(7))
    folder_data: Named[object | None] = Column(JSONB)
    created_at: Named[datetime | None] = Column(UTC_TIME)
    updated_at: Named[datetime | None] = Column(UTC_TIME)
    created_by_user_id: Named[UUID | None]


canvas_folders = Table("canvas_folders", METADATA, CanvasFoldersColumns, schema="public")


class CanvasFolderItemsColumns(TypedColumns):
    """Columns of `public.canvas_folder_items`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    folder_id: Named[UUID | None]
    content_piece_id: Named[UUID | None]
    sort_order: Named[int | None]
    added_at: Named[datetime | None] = Column(UTC_TIME)
    added_by_user_id: Named[UUID | None]


canvas_folder_items = Table("canvas_folder_items", METADATA, CanvasFolderItemsColumns, schema="public")


class CanvasConnectionsColumns(TypedColumns):
    """Columns of `public.canvas_connections`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    project_id: Named[UUID | None]
    source_type: Named[str] = Column(String(50))
    source_id: Named[UUID]
    target_type: Named[str] = Column(String(50))
    target_id: Named[UUID]
    connection_style: Named[object | None] = Column(JSONB)
    created_at: Named[datetime | None] = Column(UTC_TIME)
    created_by_user_id: Named[UUID | None]


canvas_connections = Table("canvas_connections", METADATA, CanvasConnectionsColumns, schema="public")


class ChatInterfacesColumns(TypedColumns):
    """Columns of `public.chat_interfaces`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    project_id: Named[UUID | None]
    name: Named[str | None] = Column(String(255))
    position_x: Named[Decimal | None] = Column(Numeric(10, 2))
    position_y: Named[Decimal | None] = Column(Numeric(10, 2))
    width: Named[Decimal | None] = Column(Numeric(10, 2))
    height: Named[Decimal | None] = Column(Numeric(10, 2))
    chat_history: Named[object | None] = Column(JSONB)
    connected_content: Named[object | None] = Column(JSONB)
    ai_model_preference: Named[str | None] = Column(String(100))
    created_at: Named[datetime | None] = Column(UTC_TIME)
    updated_at: Named[datetime | None] = Column(UTC_TIME)
    created_by_user_id: Named[UUID | None]


chat_interfaces = Table("chat_interfaces", METADATA, ChatInterfacesColumns, schema="public")
