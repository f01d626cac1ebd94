"""What the pages of the staff's front show."""
