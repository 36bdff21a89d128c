"""What was pulled in and generated; is it fine?"""

from components import (
    content_filters,
    content_item,
    content_table,
    content_view,
    feedback,
    fields,
    gate,
    page,
    review,
    review_stats,
)

viewer = gate.require("read")

page.header("Content", __doc__)

if content_item.is_named():
    content_item.shown(viewer)
elif review.is_on():
    review.queue(content_view.view(), viewer)
elif content_filters.is_statistics():
    content_filters.kinds(content_view.view())
    review_stats.draw()
else:
    shown = content_view.view()
    content_filters.kinds(shown)
    with feedback.region("Counts"):
        content_filters.tiles(shown)
    with feedback.region("Filters"):
        content_filters.draw(shown)
    if fields.which_account("content_account", shown.account) and content_view.which_creator(shown):
        with feedback.region("Content"):
            is_whole = content_table.toolbar(shown, review.start)
            content_table.table(shown, is_whole=is_whole)
