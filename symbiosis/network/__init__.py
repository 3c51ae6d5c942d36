"""The exchange network: graph, metrics, matching."""
