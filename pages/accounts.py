"""Who is over, at or near a limit, and who is about to be?"""

from components.accounts import charts, filters, table
from components.ui import cards, feedback, fields, gate, page

viewer = gate.require("read")

table.opened()
page.header("Accounts & quotas", __doc__)

shown = filters.view()
with feedback.error_boundary("Bands"):
    counts = filters.tiles(shown)
fields.draw(shown)
cards.row(charts.distributions(shown), height=charts.CARD_PX)

with feedback.error_boundary("Accounts"):
    table.toolbar(shown, counts[shown.where.band or filters.ALL])
    table.table(shown)
