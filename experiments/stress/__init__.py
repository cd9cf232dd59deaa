"""What goes if a giant leaves, a sector slumps or a rule changes, and what would make up for it?"""
