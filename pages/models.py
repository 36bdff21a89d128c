"""Which models are training, failed, poor or unused?"""

from components.models import detail, listing
from components.ui import feedback, fields, gate, page

viewer = gate.require("read")

page.header("Voice & avatar models", __doc__)

shown = listing.view()
with feedback.region("Counts"):
    listing.tiles(shown)
listing.draw()
if fields.which_account("models_account", shown.account):
    with feedback.region("Models"):
        listing.table(shown)
detail.drawer()
