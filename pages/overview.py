"""What needs a person now, and how are we doing?"""

from components import cards, gate, overview, page, work

gate.require("read")

page.header("Overview", __doc__)

cards.row(overview.FIGURES, height=overview.METRICS_PX)
cards.card("Needs you", "ranked by reach", work.listed, height=96)
