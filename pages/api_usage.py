"""Which service or endpoint is failing, slow or expensive?"""

from components import api_usage, api_usage_filters, feedback, fields, gate, page

viewer = gate.require("read")

shown = api_usage_filters.view()
page.header("API usage", __doc__, aside=api_usage.aside)
with feedback.region("Filters"):
    api_usage_filters.draw(shown)
if fields.which_account("api_usage_account", shown.account):
    api_usage.figures(shown)
