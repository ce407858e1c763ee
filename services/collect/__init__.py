"""The collector: poller, intake, rule runner, summaries."""
