"""What the commands do, at the desk between the clerk and the stages; cli.py declares them."""
