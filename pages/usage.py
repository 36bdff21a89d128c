"""What is used, by whom, for what, and where does the month end?"""

from components import fields, gate, page, usage, usage_filters

viewer = gate.require("read")

shown = usage_filters.view()
page.header("Usage & credits", __doc__, aside=lambda: usage.aside(shown))
usage_filters.draw()
if fields.which_account("usage_account", shown.account):
    usage.figures(shown)
