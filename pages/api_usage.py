"""Which service or endpoint is failing, slow or expensive?"""

from components.api_usage import filters, layout
from components.ui import feedback, fields, gate, page

viewer = gate.require("read")

shown = filters.view()
page.header("API usage", __doc__, aside=layout.aside)
with feedback.region("Filters"):
    filters.draw(shown)
if fields.which_account("api_usage_account", shown.account):
    layout.figures(shown)
