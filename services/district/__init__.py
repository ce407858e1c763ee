"""The demo district 演示区: simulated systems that speak the real protocols."""
