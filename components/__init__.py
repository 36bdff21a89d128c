"""Everything that draws; knows no table."""
