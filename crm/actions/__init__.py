"""What may be done in this room: one module for each subject."""
