"""Who changed what, when and why?"""

from components.audit import entry, filters, table
from components.ui import cards, feedback, gate, page

viewer = gate.require("audit")

page.header("Audit log", __doc__)

with feedback.region("Filters"):
    shown = filters.view()
    if filters.draw(shown):
        cards.alone("Per day", lambda: table.per_day(shown), table.CHART_PX + 60)
        table.table(shown)

with feedback.region("Audit row"):
    entry.drawer()
