"""Are the creators right, fresh and categorised?"""

from components import (
    category_list,
    creator_add,
    creator_bulk,
    creator_detail,
    creator_edits,
    creator_filters,
    creator_save,
    creator_table,
    creator_upload,
    creator_view,
    feedback,
    fields,
    gate,
    page,
)

viewer = gate.require("read")

page.header("Creators", __doc__)
creator_edits.watch(viewer)

if creator_filters.tab() == "categories":
    with feedback.region("Categories"):
        category_list.listed(viewer)
        category_list.dialog(viewer)
else:
    with feedback.region("Creators"):
        shown = creator_view.view()
        creator_filters.tiles(shown)
        creator_filters.row()
        creator_save.bar(shown, viewer)
        if fields.which_account("creators_account", shown.account):
            creator_bulk.toolbar(shown, viewer)
            creator_table.table(shown)
    dialogs = (creator_save.dialog, creator_bulk.dialog, creator_add.dialog, creator_upload.dialog)
    with feedback.region("Creator"):
        if not any(dialog(viewer) for dialog in dialogs):
            creator_detail.drawer(viewer)
