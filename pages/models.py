"""Which models are training, failed, poor or unused?"""

from components.models import detail, listing
from components.ui import feedback, gate, page

viewer = gate.require("read")

page.header("Voice & avatar models", __doc__)

view = listing.view()
with feedback.error_boundary("Counts"):
    listing.tiles(view)
if listing.draw_filters(view):
    with feedback.error_boundary("Models"):
        listing.draw_table(view)
detail.drawer()
