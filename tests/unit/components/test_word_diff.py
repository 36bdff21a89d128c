"""Texts side by side: words that differ are marked, and no word is ever Markdown."""

from __future__ import annotations

from components.content.word_diff import marked, share_kept


def test_marks_what_went_and_what_came() -> None:
    left, right = marked("the quick brown fox", "the slow brown dog")
    assert left == "the :red-background[~~quick~~] brown :red-background[~~fox~~]"
    assert right == "the :green-background[slow] brown :green-background[dog]"
    assert share_kept("the quick brown fox", "the slow brown dog") == 0.5


def test_case_alone_is_no_difference() -> None:
    assert marked("Hello World", "hello world") == ("Hello World", "hello world")


def test_words_are_literal() -> None:
    left, right = marked("", "<b>x</b> **y** :red[z]")
    assert left == ""
    assert right == r":green-background[\<b\>x\</b\> \*\*y\*\* \:red\[z\]]"


def test_nothing_has_no_share() -> None:
    assert share_kept("some words", "") is None
    assert share_kept("", "some words") == 0.0
