"""Is the queue healthy; which jobs failed, why, and can I retry them?"""

from components.jobs import confirm, detail, filters, groups, health, listing, run, view
from components.ui import feedback, gate, page

viewer = gate.require("read")

page.header("Jobs", __doc__, default_refresh="15s", paused=confirm.reason_to_wait())

shown = view.view()
with feedback.error_boundary("Job counts"):
    filters.tiles(shown)
is_clear = filters.draw_filters(shown)
with feedback.error_boundary("Your runs"):
    run.banner(viewer)

if is_clear:
    if filters.shows_charts():
        health.charts_of(shown)
        groups.card(shown)
    with feedback.error_boundary("Jobs"):
        listing.draw_list(shown, viewer)

with feedback.error_boundary("Job"):
    if not (confirm.dialog(viewer) or run.dialog()):
        detail.drawer(viewer, shown)
