"""What is missing before a month is closed (`checklist`), and doing it in the background (`background`)."""
