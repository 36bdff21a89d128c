"""Is every part healthy, and what to do where one is not?"""

from components import cards, gate, page, system_parts, system_tables

gate.require("admin")

page.header("System", __doc__, default_refresh="60s")

cards.alone("Parts", system_parts.parts, 560)
cards.row({"Connections": system_tables.connections, "Shared cache": system_tables.shared_cache}, height=150)
cards.card("Roll-ups", "refreshed every minute", system_tables.rollups, height=150)
cards.card("Slowest reads of the last hour", "of this process, above 20 ms", system_tables.slowest, height=200)
cards.card("Recommended indexes", "on the product's tables", system_tables.recommended, height=400)
cards.card("Settings", "without secrets", system_tables.configuration, height=600)
