"""What is used, by whom, for what, and where does the month end?"""

from components.ui import fields, gate, page
from components.usage import filters, layout

viewer = gate.require("read")

view = filters.view()
page.header("Usage & credits", __doc__, aside=lambda: layout.aside(view))
is_clear = fields.draw_filters(view)
if is_clear:
    layout.figures(view)
