"""Who a browser belongs to, proved."""
