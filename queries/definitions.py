"""What each figure on the pages counts: the one home of the tiles' help and of docs/figures.md, which a test compares.

"The last N hours" are the running hour and the N complete ones before it; of more than two days, the running UTC day
and the complete ones before it (`queries.sql.time.last`). They end now: what is dated ahead counts when its time comes.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from queries.content.review_stats import DAYS
from queries.models.figures import POOR_BELOW, STUCK_HOURS

_HOURS_24: Final = "The running hour and the 24 complete ones before it"
_RANGE: Final = "The range: complete hours or UTC days, and the running one"
_DAYS: Final = "The complete UTC days of the range"
_NOW: Final = "Now"
_REVIEWED: Final = f"Today and the {DAYS - 1} UTC days before"
_FAILED_CALLS: Final = "Failed of known calls; failed is a status of 400 or more, or a message without a status"
_NOT_KNOWN: Final = "Calls without a time, or with neither status nor message"


class Figure(NamedTuple):
    """One figure: the page and the name as on screen, what it counts and over which time, the tables it is made of,
    its SQL as `module.function`, and what it leaves out."""

    page: str
    name: str
    counts: str
    window: str
    tables: tuple[str, ...]
    home: str
    leaves_out: str = ""

    @property
    def help(self) -> str:
        """The definition behind the "?" of its tile."""
        return ". ".join(part for part in (self.counts, self.window, self.leaves_out) if part) + "."


ACTIVE_ACCOUNTS: Final = Figure(
    "Overview", "Active accounts, 7 d", "Accounts that spent credits or made anything, by the daily statistics",
    "The seven complete UTC days before today", ("account_usage_stats",), "queries.overview.active_accounts",
)  # fmt: skip
CREDITS_THIS_MONTH: Final = Figure(
    "Overview, Usage & credits", "Credits this month", "Credits used, by the daily statistics, those of days before an "
    "account was created too", "The complete UTC days of this month", ("account_usage_stats", "usage_day"),
    "queries.usage.month_end.to_date", "Today, which the product has not finished writing",
)  # fmt: skip
API_ERROR_RATE: Final = Figure(
    "Overview", "API error rate, 24 h", _FAILED_CALLS, _HOURS_24, ("api_usage_logs", "api_usage_hour"),
    "queries.overview.api_error_rate", _NOT_KNOWN,
)  # fmt: skip
FAILED_JOBS: Final = Figure(
    "Overview", "Failed jobs, 24 h", "Jobs that failed, those too that staff retried since", _HOURS_24,
    ("processing_queue", "job_failure", "job_hour"), "queries.overview.failed_jobs",
)  # fmt: skip
QUEUE_WAIT: Final = Figure(
    "Overview", "Wait p95, 24 h", "What 95 % of the jobs that ended waited no longer than, from due to start, within "
    "2 %", _HOURS_24, ("processing_queue", "job_hour"), "queries.jobs.timings.queue_wait",
    "Jobs that started before they were due; under 20 jobs, everything",
)  # fmt: skip
CONTENT_ADDED: Final = Figure(
    "Overview", "Content added, 7 d", "Content pieces added, by the daily statistics",
    "The seven complete UTC days before today", ("account_usage_stats",), "queries.overview.content_added",
)  # fmt: skip
CREDITS_PER_DAY: Final = Figure(
    "Overview", "Credits per day by feature", "Credits of analyses, scripts and media, on the day each was done",
    "Today and the 30 UTC days before", ("content_analysis", "generated_scripts", "generated_content"),
    "queries.usage.figures.credits_by_feature", "Credits that no artefact records",
)  # fmt: skip
JOBS_PER_HOUR: Final = Figure(
    "Overview", "Jobs per hour", "Jobs that ended, by how", "The running hour and the 48 complete ones before it",
    ("processing_queue", "job_failure", "job_hour"), "queries.jobs.throughput.jobs_per_hour",
)  # fmt: skip
JOB_STATES: Final = Figure(
    "Jobs", "State", "Jobs in each state under the other filters. Due is queued, its time has come, and attempts are "
    "left; a stranded job has none left and is neither due nor scheduled; a retrying job is one of these as well, "
    "and a stuck job is processing as well", "Those that ended, in the range; all others, now", ("processing_queue",),
    "queries.jobs.listing.state_counts",
)  # fmt: skip
THROUGHPUT: Final = Figure(
    "Jobs", "Throughput", "Jobs that ended, by how, and failures that staff retried since", _RANGE,
    ("processing_queue", "job_failure", "job_hour"), "queries.jobs.health.throughput",
)  # fmt: skip
OPEN_NOW: Final = Figure(
    "Jobs", "Open now", "Jobs due, running (processing and not stuck), stuck and stranded by type, and the oldest due",
    _NOW, ("processing_queue",), "queries.jobs.health.in_hand",
)  # fmt: skip
WAIT_AND_RUN: Final = Figure(
    "Jobs", "Wait and run", "How long jobs that ended waited (due to start) and ran (start to end), within 2 %", _RANGE,
    ("processing_queue", "job_hour"), "queries.jobs.timings.timings", "Durations whose clocks disagree",
)  # fmt: skip
FAILURE_RATE: Final = Figure(
    "Jobs", "Failure rate", "Failed of ended jobs, those too that staff retried since", _RANGE,
    ("processing_queue", "job_failure", "job_hour"), "queries.jobs.health.failure_rates", "Cancelled jobs",
)  # fmt: skip
FAILURE_GROUPS: Final = Figure(
    "Jobs, Overview", "Failures by cause", "Jobs that are failed now, by the message without what differs", _RANGE,
    ("processing_queue",), "queries.jobs.groups.failed_by_signature", "Failures that were retried",
)  # fmt: skip
CALLS: Final = Figure(
    "API usage", "Calls", "Calls of other services", _RANGE, ("api_usage_logs", "api_usage_hour", "api_usage_day"),
    "queries.api_usage.trends.totals", "Calls without a time",
)  # fmt: skip
ERROR_RATE: Final = Figure(
    "API usage", "Error rate", _FAILED_CALLS, _RANGE, ("api_usage_logs", "api_usage_hour", "api_usage_day"),
    "queries.api_usage.trends.totals", _NOT_KNOWN,
)  # fmt: skip
TOKENS: Final = Figure(
    "API usage", "Tokens", "Tokens that calls used", _RANGE, ("api_usage_logs", "api_usage_hour", "api_usage_day"),
    "queries.api_usage.trends.totals", "Calls without a time",
)  # fmt: skip
CREDITS_BY_CALLS: Final = Figure(
    "API usage", "Credits, by calls", "Credits that calls cost, which overlap with the daily statistics", _RANGE,
    ("api_usage_logs", "api_usage_hour", "api_usage_day"), "queries.api_usage.trends.totals", "Calls without a time",
)  # fmt: skip
LATENCY: Final = Figure(
    "API usage", "Latency", "The 50th, 95th and 99th percentile of response times, within 2 %", _RANGE,
    ("api_usage_logs", "api_usage_hour", "api_usage_day"), "queries.api_usage.trends.latency",
    "Calls without a response time",
)  # fmt: skip
ENDPOINTS: Final = Figure(
    "API usage, Overview", "Services and endpoints", "Calls, failures and latency of each endpoint, beside the seven "
    "days before", _RANGE, ("api_usage_logs", "api_usage_hour", "api_usage_day"),
    "queries.api_usage.figures.endpoints",
)  # fmt: skip
ACCOUNT_CALLS: Final = Figure(
    "Account 360", "API calls", "Calls and failures of the account, by service", _HOURS_24, ("api_usage_logs",),
    "queries.accounts.recent.api_errors", "Calls without a time",
)  # fmt: skip
AT_A_GLANCE: Final = Figure(
    "Account 360", "At a glance", "Failed jobs, those too that staff retried since, failed calls and projects touched",
    "Today, the last 7 days (jobs, projects) and the last 24 hours (calls)",
    ("processing_queue", "job_failure", "api_usage_logs", "projects"), "queries.accounts.detail.pulse",
)  # fmt: skip
PROJECTION: Final = Figure(
    "Usage & credits, Account 360", "Projected month end", "Complete days of this month, and for each remaining day "
    "the mean of its weekday over the last four weeks. The band holds 80 % of the errors of that forecast, made on "
    "each of the last 182 days, to either side", "This month", ("account_usage_stats", "usage_day"),
    "queries.usage.month_end.month_end",
)  # fmt: skip
CREDITS_OF_RANGE: Final = Figure(
    "Usage & credits", "Credits, and the range", "Credits used, by the daily statistics, or of one feature by what was "
    "made", _DAYS, ("account_usage_stats", "usage_day"), "queries.usage.figures.comparison", "Today",
)  # fmt: skip
STORAGE: Final = Figure(
    "Usage & credits", "Storage now", "The latest measurement of each account, added over accounts and never over days",
    "Up to today", ("account_usage_stats", "accounts"), "queries.usage.figures.storage",
    "Measurements without a usable number",
)  # fmt: skip
BANDS: Final = Figure(
    "Accounts & quotas", "Band", "Accounts by the most urgent of their four quotas, or of the one chosen below", _NOW,
    ("account_summary",), "queries.accounts.listing.bands",
)  # fmt: skip
CONTENT_STATES: Final = Figure(
    "Content", "Status", "Items in each processing status under the other filters", _NOW,
    ("content_pieces", "generated_scripts", "generated_content"), "queries.content.listing.status_counts",
)  # fmt: skip
CREATOR_STATES: Final = Figure(
    "Creators", "State", "Creators under the other filters. Overdue are active ones whose last scrape is older than "
    "their frequency, or of no known time", _NOW, ("creators", "account_followed_creators"),
    "queries.creators.listing.state_counts",
)  # fmt: skip
MODEL_STATES: Final = Figure(
    "Voice & avatar models", "State", f"Models in each state under the other filters. Stuck: in training for over "
    f"{STUCK_HOURS} h. Unused: completed, but never used. Poor: quality under {POOR_BELOW:.2f}", _NOW,
    ("voice_models", "avatar_models", "generated_content"), "queries.models.figures.counts",
)  # fmt: skip
VERDICTS: Final = Figure(
    "Content, review", f"Verdicts in {DAYS} days", "Verdicts that stand", _REVIEWED, ("review_verdict",),
    "queries.content.review_stats.per_day", "Skips and verdicts that were undone",
)  # fmt: skip
REVIEWERS: Final = Figure(
    "Content, review", "Reviewers", "People with a verdict", _REVIEWED, ("review_verdict",),
    "queries.content.review_stats.per_day",
)  # fmt: skip
TIME_PER_ITEM: Final = Figure(
    "Content, review", "Time per item", "The median, over days and reviewers, of their medians",
    _REVIEWED, ("review_verdict",), "queries.content.review_stats.per_day",
)  # fmt: skip
AGREEMENT: Final = Figure(
    "Content, review", "Agreement", "Of the items that two or more reviewed, those with the same verdict",
    _REVIEWED, ("review_verdict",), "queries.content.review_stats.agreement",
)  # fmt: skip

FIGURES: Final = tuple(value for value in list(globals().values()) if isinstance(value, Figure))
"""Each of them, page by page."""
