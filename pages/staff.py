"""Who may do what, and who is here now?"""

from components.staff import person, table, verbs
from components.ui import cards, feedback, gate, page

viewer = gate.require("admin")

page.header("Staff", __doc__)

with feedback.error_boundary("Staff"):
    table.draw_table()

cards.card("Open sessions", "times in UTC", table.open_sessions, height=140)
cards.card("What each role may do", "an admin may do everything", table.roles, height=220)

with feedback.error_boundary("Person"):
    if not verbs.confirmation(viewer):
        person.drawer(viewer)
