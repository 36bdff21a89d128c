"""Is every part healthy, and what to do where one is not?"""

from components.system import parts, tables
from components.ui import cards, gate, page

gate.require("admin")

page.header("System", __doc__, default_refresh="60s")

cards.isolated("Parts", parts.parts, 560)
cards.row({"Connections": tables.connections, "Shared cache": tables.shared_cache}, height=150)
cards.card("Roll-ups", "refreshed every minute", tables.rollups, height=150)
cards.card("Slowest reads of the last hour", "of this process, above 20 ms", tables.slowest, height=200)
cards.card("Recommended indexes", "on the product's tables", tables.recommended, height=400)
cards.card("Settings", "without secrets", tables.configuration, height=600)
