"""Everything about one customer."""

from components import account, account_header, gate

viewer = gate.require("read")

found = account_header.opened(__doc__, viewer)
if found:
    account.draw(found, viewer)
