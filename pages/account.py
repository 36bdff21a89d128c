"""Everything about one customer."""

from components import account, account_header, feedback, gate, page, url

viewer = gate.require("read")

with feedback.region("Account"):
    found = account_header.found(url.uuid("account"))
    page.header(account_header.title(found), __doc__, aside=lambda: account_header.verbs(found, viewer))
    if found:
        account.draw(found, viewer)
