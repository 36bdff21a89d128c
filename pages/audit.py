"""Who changed what, when and why?"""

from components import audit_entry, audit_filters, audit_table, cards, feedback, gate, page

viewer = gate.require("audit")

page.header("Audit log", __doc__)

with feedback.region("Filters"):
    shown = audit_filters.view()
    if audit_filters.drawn(shown):
        cards.alone("Per day", lambda: audit_table.per_day(shown), audit_table.CHART_PX + 60)
        audit_table.table(shown)

with feedback.region("Audit row"):
    audit_entry.drawer()
