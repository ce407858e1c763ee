"""What is on the screen, when, and who asked."""
