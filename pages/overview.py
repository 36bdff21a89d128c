"""What needs a person now, and how are we doing?"""

from components.overview import layout
from components.ui import freshness, gate, page

gate.require("read")

page.header("Overview", __doc__)

freshness.rollup_banner()
freshness.statistics_banner()
layout.figures()
layout.today()
