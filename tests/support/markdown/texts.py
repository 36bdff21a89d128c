"""What customers might write to have it read as Markdown, and what a person then reads."""

from __future__ import annotations

from typing import Final

TEXTS: Final = (
    "[Sign in again](https://evil.example/x) ![x](https://evil.example/x.png) [x][y] [y]: https://evil.example",
    "<https://evil.example> <jane@evil.example> <b>bold</b> <img src=x onerror=alert(1)> <!-- gone -->",
    "https://evil.example/a?b=c#d HTTP://EVIL.example www.evil.example WWW.evil.example ftp://evil.example",
    "https://www.evil.example:8080/a_b_c (www.evil.example) https:// www. http://a",
    "jane.doe+x@evil.example mailto:jane@evil.example xmpp:jane@evil.example/x a@b.c @jane jane@ j@e",
    "**bold** __bold__ *em* _em_ ~~gone~~ ~gone~ `code` ``code`` snake_case_name 2*3*4",
    ":red[red] :blue-background[x] :green-badge[x] :small[x] :shimmer[x] :help[x] :rainbow[x]",
    ":color[x]{foreground=red} :color[x]{background=#f00}",
    ":material/delete: :material/home: x:material/home:y :material_home: :material/ :streamlit: ::streamlit::",
    ":smile: :+1: :-1: :100: :e-mail: a:b:c::smile:: 10:20:30 :D ;) :smile::smile:",
    "$x^2$ $$y$$ costs $5 or $6 \\(x\\) \\[x\\] \\$x$ $`x`$",
    "a -> b <- c <-> d -- e --- f >= g <= h ~= i => j -->",
    "->",
    "--",
    "&lt;b&gt; &amp; &#35; &copy; &nbsp; AT&T",
    "\\*a\\* \\ \\\\ \\: trailing \\",
    "[^1] [^1]: note",
    "| a | b | c |",
    "# heading",
    "1. one",
    "2) two",
    "- item",
    "+ item",
    "* item",
    "> quote",
    "===",
    "---",
    "```",
    "~~~",
    ":::note",
    "- [ ] task",
    "    code",
    "a\n\n# heading\n\n- item\n\n    code\n---\n| a |\n|---|\n| b |\n\n```\ncode\n```",
    "a  \nb\\\nc\td",
    " leading and trailing ",
    "{curly} {.class #id} {{x}} %s %(x)s",
    "=HYPERLINK(1) +1 @x",
    "\u202eevil\u202c\u2066x\u2069\u200bz\ufeff",
    "שלום 3",
    "O'Neil & Söhne “quoted” … — é 日本 👩‍👩‍👧 👍🏽",
)


def shown(text: str) -> str:
    """How the text reads: blanks are one blank, as everywhere in a browser, and what cannot be seen is named."""
    unseen = {one: f"[U+{one:04X}]" for one in (0x202E, 0x202C, 0x2066, 0x2069, 0x200B, 0xFEFF)}
    return " ".join(text.translate(unseen).split())
