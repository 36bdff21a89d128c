"""Are the creators right, fresh and categorised?"""

from components.creators import add, bulk, categories, detail, edits, filters, save, table, upload, view
from components.ui import feedback, fields, gate, page

viewer = gate.require("read")

page.header("Creators", __doc__)
edits.watch(viewer)

if filters.tab() == "categories":
    with feedback.error_boundary("Categories"):
        categories.listed(viewer)
        categories.dialog(viewer)
else:
    with feedback.error_boundary("Creators"):
        shown = view.view()
        filters.tiles(shown)
        is_clear = fields.draw_filters(shown)
        save.bar(shown, viewer)
        if is_clear:
            bulk.toolbar(shown, viewer)
            table.draw_table(shown)
    dialogs = (save.dialog, bulk.dialog, add.dialog, upload.dialog)
    with feedback.error_boundary("Creator"):
        if not any(dialog(viewer) for dialog in dialogs):
            detail.drawer(viewer)
