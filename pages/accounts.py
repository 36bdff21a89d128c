"""Who is over, at or near a limit, and who is about to be?"""

from components import account_charts, account_filters, account_table, cards, feedback, gate, page

viewer = gate.require("read")

account_table.opened()
page.header("Accounts & quotas", __doc__)

shown = account_filters.view()
with feedback.region("Bands"):
    counts = account_filters.tiles(shown)
account_filters.draw()
cards.row(account_charts.distributions(shown), height=account_charts.CARD_PX)

with feedback.region("Accounts"):
    account_table.toolbar(shown, counts[shown.where.band or account_filters.ALL])
    account_table.table(shown)
