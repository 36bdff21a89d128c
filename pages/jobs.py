"""Is the queue healthy; which jobs failed, why, and can I retry them?"""

from components import (
    feedback,
    fields,
    gate,
    job_confirm,
    job_detail,
    job_filters,
    job_groups,
    job_health,
    job_list,
    job_run,
    job_view,
    page,
)

viewer = gate.require("read")

page.header("Jobs", __doc__, default_refresh="15s", paused=job_confirm.reason_to_wait())

shown = job_view.view()
with feedback.region("Job counts"):
    job_filters.tiles(shown)
job_filters.draw(shown)
is_clear = fields.which_account("jobs_account", shown.account)
with feedback.region("Your runs"):
    job_run.banner(viewer)

if is_clear:
    if job_filters.shows_charts():
        job_health.charts_of(shown)
        job_groups.card(shown)
    with feedback.region("Jobs"):
        job_list.listed(shown, viewer)

with feedback.region("Job"):
    if not (job_confirm.dialog(viewer) or job_run.dialog()):
        job_detail.drawer(viewer, shown)
