"""Is the queue healthy; which jobs failed, why, and can I retry them?"""

from components import feedback, gate, job_detail, job_filters, job_table, job_verbs, page

viewer = gate.require("read")

page.header("Jobs", __doc__, default_refresh="15s", paused=job_verbs.reason_to_wait())

shown = job_filters.view()
with feedback.region("Job counts"):
    job_filters.tiles(shown)
job_filters.fields(shown)
job_filters.which_account(shown)

with feedback.region("Jobs"):
    job_verbs.toolbar(shown, viewer)
    job_table.table(shown)

with feedback.region("Job"):
    if not job_verbs.confirmation(viewer):
        job_detail.drawer(viewer, shown)
