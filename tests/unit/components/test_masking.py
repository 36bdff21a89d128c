"""What of a job's data is hidden until revealed."""

from components.ui.masking import HIDDEN, masked, shortened

KEYS = ("prompt", "text", "email", "token", "key")


def test_matching_keys_are_hidden_at_every_depth() -> None:
    data = {
        "prompt": "write",
        "options": [{"contact_email": "a@b.c", "voice": "nova"}],
        "API_KEY": "k",
        "text": None,
        "tokens": "",
    }
    shown, hidden = masked(data, KEYS)
    assert shown == {
        "prompt": HIDDEN,
        "options": [{"contact_email": HIDDEN, "voice": "nova"}],
        "API_KEY": HIDDEN,
        "text": None,
        "tokens": "",
    }
    assert hidden == 3


def test_of_a_signed_url_only_the_query_is_hidden() -> None:
    shown, hidden = masked(
        {"source": "https://s.example/a.mp4?token=abc&x=1", "plain": "https://s.example/a?page=2"}, KEYS
    )
    assert shown == {"source": f"https://s.example/a.mp4?{HIDDEN}", "plain": "https://s.example/a?page=2"}
    assert hidden == 1


def test_a_whole_object_under_a_matching_key_is_hidden() -> None:
    assert masked({"prompt": {"system": "be kind"}}, KEYS) == ({"prompt": HIDDEN}, 1)


def test_long_text_is_cut_and_says_how_long_it_was() -> None:
    shown, _ = masked({"note": "x" * 1_048_576}, KEYS)
    assert shown["note"].endswith("… (1,048,576 characters)")
    assert len(shown["note"]) < 2_100
    assert shortened({"note": "x" * 3_000})["note"].endswith("(3,000 characters)")


def test_anything_json_may_hold_is_shown() -> None:
    for data in (None, True, 3, "plain", [], {}, [1, [2, [3]]], "http://[broken"):
        assert masked(data, KEYS) == (data, 0)


def test_nesting_without_end_ends() -> None:
    data: object = "bottom"
    for _ in range(500):
        data = [data]
    assert "deeper than shown" in str(masked(data, KEYS)[0])
