"""Who changed what, when and why?"""

from components.audit import entry, filters, table
from components.ui import cards, feedback, gate, page

viewer = gate.require("audit")

page.header("Audit log", __doc__)

with feedback.error_boundary("Filters"):
    view = filters.view()
    if filters.draw_filters(view):
        cards.isolated("Per day", lambda: table.per_day(view), table.CHART_PX + 60)
        table.draw_table(view)

with feedback.error_boundary("Audit row"):
    entry.drawer()
