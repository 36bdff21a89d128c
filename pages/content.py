"""What was pulled in and generated; is it fine?"""

from components.content import filters, item, review, review_stats, table, view
from components.ui import feedback, gate, page

viewer = gate.require("read")

page.header("Content", __doc__)

if item.is_named():
    item.shown(viewer)
elif review.is_on():
    review.queue(view.view(), viewer)
elif view.view().is_statistics:
    filters.kinds(view.view())
    review_stats.draw()
else:
    shown = view.view()
    filters.kinds(shown)
    with feedback.error_boundary("Counts"):
        filters.tiles(shown)
    is_clear = True
    with feedback.error_boundary("Filters"):
        is_clear = filters.draw_filters(shown)
    if is_clear and view.which_creator(shown):
        with feedback.error_boundary("Content"):
            is_whole = table.toolbar(shown, review.start)
            table.draw_table(shown, is_whole=is_whole)
