"""Which models are training, failed, poor or unused?"""

from components import feedback, fields, gate, model_detail, model_list, page

viewer = gate.require("read")

page.header("Voice & avatar models", __doc__)

shown = model_list.view()
with feedback.region("Counts"):
    model_list.tiles(shown)
model_list.draw()
if fields.which_account("models_account", shown.account):
    with feedback.region("Models"):
        model_list.table(shown)
model_detail.drawer()
