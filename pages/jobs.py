"""Is the queue healthy; which jobs failed, why, and can I retry them?"""

from components.jobs import confirm, detail, filters, groups, health, listing, run, view
from components.ui import feedback, gate, page

viewer = gate.require("read")

page.header("Jobs", __doc__, default_refresh="15s", paused=confirm.reason_to_wait())

shown = view.view()
with feedback.region("Job counts"):
    filters.tiles(shown)
is_clear = filters.draw(shown)
with feedback.region("Your runs"):
    run.banner(viewer)

if is_clear:
    if filters.shows_charts():
        health.charts_of(shown)
        groups.card(shown)
    with feedback.region("Jobs"):
        listing.listed(shown, viewer)

with feedback.region("Job"):
    if not (confirm.dialog(viewer) or run.dialog()):
        detail.drawer(viewer, shown)
