"""Everything about one customer."""

from components import account, account_header, feedback, gate, page, url

viewer = gate.require("read")

with feedback.region("Account"):
    found = account_header.found(url.uuid("account"))
    page.header(str(found["name"]) if found else "Account", __doc__)
    if found:
        account.draw(found, viewer)
