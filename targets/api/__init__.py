"""What other systems read of this app, from indicators with series to what-if answers."""
