"""Who may do what, and who is here now?"""

from components import cards, feedback, gate, page, staff_person, staff_table, staff_verbs

viewer = gate.require("admin")

page.header("Staff", __doc__)

with feedback.region("Staff"):
    staff_table.filters()
    staff_verbs.invitation()
    staff_table.people()

cards.card("Open sessions", "times in UTC", staff_table.open_sessions, height=140)
cards.card("What each role may do", "an admin everything", staff_table.roles, height=220)

with feedback.region("Person"):
    if not staff_verbs.confirmation(viewer):
        staff_person.drawer(viewer)
