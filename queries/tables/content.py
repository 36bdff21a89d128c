"""Which columns the product's content tables have."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, Column, Named, Numeric, String, Table, Text, TypedColumns, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from queries.tables.base import METADATA, UTC_TIME


class ContentPiecesColumns(TypedColumns):
    """Columns of `public.content_pieces`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    account_id: Named[UUID | None]
    project_id: Named[UUID | None]
    creator_id: Named[UUID | None]
    uploaded_by_user_id: Named[UUID | None]
    source_url: Named[str] = Column(Text)
    platform: Named[str] = Column(String(50))
    content_type: Named[str] = Column(String(50))
    title: Named[str | None] = Column(String(500))
    description: Named[str | None] = Column(Text)
    thumbnail_url: Named[str | None] = Column(Text)
    original_file_url: Named[str | None] = Column(Text)
    original_file_path: Named[str | None] = Column(Text)
    transcript: Named[str | None] = Column(Text)
    duration_seconds: Named[int | None]
    file_size_bytes: Named[int | None] = Column(BigInteger)
    position_x: Named[Decimal | None] = Column(Numeric(10, 2))
    position_y: Named[Decimal | None] = Column(Numeric(10, 2))
    metadata: Named[object | None] = Column(JSONB)
    storage_expires_at: Named[datetime | None] = Column(UTC_TIME)
    is_remix: Named[bool | None]
    processing_status: Named[str | None] = Column(String(50))
    created_at: Named[datetime | None] = Column(UTC_TIME)
    updated_at: Named[datetime | None] = Column(UTC_TIME)


content_pieces = Table("content_pieces", METADATA, ContentPiecesColumns, schema="public")


class ContentAnalysisColumns(TypedColumns):
    """Columns of `public.content_analysis`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    content_piece_id: Named[UUID | None]
    hook_analysis: Named[str | None] = Column(Text)
    body_analysis: Named[str | None] = Column(Text)
    cta_analysis: Named[str | None] = Column(Text)
    content_style_analysis: Named[str | None] = Column(Text)
    hashtags: Named[list[str] | None] = Column(ARRAY(Text))
    mentions: Named[list[str] | None] = Column(ARRAY(Text))
    trending_elements: Named[object | None] = Column(JSONB)
    engagement_score: Named[Decimal | None] = Column(Numeric(5, 2))
    sentiment_score: Named[Decimal | None] = Column(Numeric(3, 2))
    analysis_status: Named[str | None] = Column(String(50))
    analyzed_at: Named[datetime | None] = Column(UTC_TIME)
    ai_model_used: Named[str | None] = Column(String(100))
    analysis_cost_credits: Named[int | None]
    created_at: Named[datetime | None] = Column(UTC_TIME)
    updated_at: Named[datetime | None] = Column(UTC_TIME)


content_analysis = Table("content_analysis", METADATA, ContentAnalysisColumns, schema="public")


class ContentAnnotationsColumns(TypedColumns):
    """Columns of `public.content_annotations`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    content_piece_id: Named[UUID | None]
    user_id: Named[UUID | None]
    annotation_text: Named[str] = Column(Text)
    position_x: Named[Decimal | None] = Column(Numeric(10, 2))
    position_y: Named[Decimal | None] = Column(Numeric(10, 2))
    annotation_type: Named[str | None] = Column(String(50))
    created_at: Named[datetime | None] = Column(UTC_TIME)
    updated_at: Named[datetime | None] = Column(UTC_TIME)


content_annotations = Table("content_annotations", METADATA, ContentAnnotationsColumns, schema="public")


class GeneratedScriptsColumns(TypedColumns):
    """Columns of `public.generated_scripts`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    content_piece_id: Named[UUID | None]
    user_id: Named[UUID | None]
    account_id: Named[UUID | None]
    original_script: Named[str | None] = Column(Text)
    research_perspectives: Named[object | None] = Column(JSONB)
    rewritten_script: Named[str | None] = Column(Text)
    generation_prompt: Named[str | None] = Column(Text)
    ai_model_used: Named[str | None] = Column(String(100))
    generation_status: Named[str | None] = Column(String(50))
    generation_cost_credits: Named[int | None]
    generated_at: Named[datetime | None] = Column(UTC_TIME)
    created_at: Named[datetime | None] = Column(UTC_TIME)
    updated_at: Named[datetime | None] = Column(UTC_TIME)


generated_scripts = Table("generated_scripts", METADATA, GeneratedScriptsColumns, schema="public")


class VoiceModelsColumns(TypedColumns):
    """Columns of `public.voice_models`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    user_id: Named[UUID | None]
    account_id: Named[UUID | None]
    name: Named[str] = Column(String(255))
    elevenlabs_voice_id: Named[str | None] = Column(String(255))
    sample_audio_url: Named[str | None] = Column(Text)
    sample_audio_path: Named[str | None] = Column(Text)
    training_status: Named[str | None] = Column(String(50))
    version_number: Named[int | None]
    is_active: Named[bool | None]
    quality_score: Named[Decimal | None] = Column(Numeric(3, 2))
    training_duration_seconds: Named[int | None]
    created_at: Named[datetime | None] = Column(UTC_TIME)
    updated_at: Named[datetime | None] = Column(UTC_TIME)


voice_models = Table("voice_models", METADATA, VoiceModelsColumns, schema="public")


class AvatarModelsColumns(TypedColumns):
    """Columns of `public.avatar_models`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    user_id: Named[UUID | None]
    account_id: Named[UUID | None]
    name: Named[str] = Column(String(255))
    heygen_avatar_id: Named[str | None] = Column(String(255))
    sample_video_url: Named[str | None] = Column(Text)
    sample_video_path: Named[str | None] = Column(Text)
    training_photos_urls: Named[list[str] | None] = Column(ARRAY(Text))
    training_photos_paths: Named[list[str] | None] = Column(ARRAY(Text))
    creation_status: Named[str | None] = Column(String(50))
    is_active: Named[bool | None]
    quality_score: Named[Decimal | None] = Column(Numeric(3, 2))
    created_at: Named[datetime | None] = Column(UTC_TIME)
    updated_at: Named[datetime | None] = Column(UTC_TIME)


avatar_models = Table("avatar_models", METADATA, AvatarModelsColumns, schema="public")


class GeneratedContentColumns(TypedColumns):
    """Columns of `public.generated_content`."""

    id: Named[UUID] = Column(Uuid, primary_key=True)
    account_id: Named[UUID | None]
    project_id: Named[UUID | None]
    user_id: Named[UUID | None]
    script_id: Named[UUID | None]
    voice_model_id: Named[UUID | None]
    avatar_model_id: Named[UUID | None]
    content_type: Named[str] = Column(String(50))
    file_url: Named[str | None] = Column(Text)
    file_path: Named[str | None] = Column(Text)
    file_size_bytes: Named[int | None] = Column(BigInteger)
    duration_seconds: Named[int | None]
    generation_status: Named[str | None] = Column(String(50))
    processing_started_at: Named[datetime | None] = Column(UTC_TIME)
    processing_completed_at: Named[datetime | None] = Column(UTC_TIME)
    generation_cost_credits: Named[int | None]
    error_message: Named[str | None] = Column(Text)
    metadata: Named[object | None] = Column(JSONB)
    created_at: Named[datetime | None] = Column(UTC_TIME)
    updated_at: Named[datetime | None] = Column(UTC_TIME)


generated_content = Table("generated_content", METADATA, GeneratedContentColumns, schema="public")
