"""What was pulled in and generated; is it fine?"""

from components.content import filters, item, review, review_stats, table, view
from components.ui import feedback, fields, gate, page

viewer = gate.require("read")

page.header("Content", __doc__)

if item.is_named():
    item.shown(viewer)
elif review.is_on():
    review.queue(view.view(), viewer)
elif filters.is_statistics():
    filters.kinds(view.view())
    review_stats.draw()
else:
    shown = view.view()
    filters.kinds(shown)
    with feedback.region("Counts"):
        filters.tiles(shown)
    with feedback.region("Filters"):
        filters.draw(shown)
    if fields.which_account("content_account", shown.account) and view.which_creator(shown):
        with feedback.region("Content"):
            is_whole = table.toolbar(shown, review.start)
            table.table(shown, is_whole=is_whole)
