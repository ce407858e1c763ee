"""What is on the screen, when it changes, and who asked for it."""
