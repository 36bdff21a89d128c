"""Who changed what, when and why?"""

from components.audit import entry, filters, table
from components.ui import cards, feedback, gate, page

viewer = gate.require("audit")

page.header("Audit log", __doc__)

with feedback.error_boundary("Filters"):
    shown = filters.view()
    if filters.draw(shown):
        cards.isolated("Per day", lambda: table.per_day(shown), table.CHART_PX + 60)
        table.table(shown)

with feedback.error_boundary("Audit row"):
    entry.drawer()
