"""Which models are training, failed, poor or unused?"""

from components.models import detail, listing
from components.ui import feedback, gate, page

viewer = gate.require("read")

page.header("Voice & avatar models", __doc__)

shown = listing.view()
with feedback.error_boundary("Counts"):
    listing.tiles(shown)
if listing.draw(shown):
    with feedback.error_boundary("Models"):
        listing.table(shown)
detail.drawer()
