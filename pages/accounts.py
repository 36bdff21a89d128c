"""Who is over, at or near a limit, and who is about to be?"""

from components.accounts import charts, filters, table
from components.ui import cards, feedback, fields, gate, page

viewer = gate.require("read")

table.opened()
page.header("Accounts & quotas", __doc__)

view = filters.view()
with feedback.error_boundary("Bands"):
    filters.tiles(view)
fields.draw_filters(view)
cards.row(charts.distributions(view), height=charts.CARD_PX)

with feedback.error_boundary("Accounts"):
    table.toolbar(view, filters.counted(view)[view.where.band or filters.ALL])
    table.draw_table(view)
