"""What each kind of report says: a closed month's facts in, a `Content` out. No database and no clock in here."""
