"""Everything about one customer."""

from components.accounts import account, header
from components.ui import gate

viewer = gate.require("read")

found = header.opened(__doc__, viewer)
if found:
    account.draw(found, viewer)
