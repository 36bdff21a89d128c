"""What needs a person now, and how are we doing?"""

from components import freshness, gate, overview, page

gate.require("read")

page.header("Overview", __doc__)

freshness.rollup_banner()
freshness.statistics_banner()
overview.figures()
overview.today()
