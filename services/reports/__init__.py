"""Reports as data: what is printed is worked out here and only laid out by the console."""
