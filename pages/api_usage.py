"""Which service or endpoint is failing, slow or expensive?"""

from components.api_usage import filters, layout
from components.ui import feedback, gate, page

viewer = gate.require("read")

view = filters.view()
page.header("API usage", __doc__, aside=layout.aside)
is_clear = True
with feedback.error_boundary("Filters"):
    is_clear = filters.draw_filters(view)
if is_clear:
    layout.figures(view)
