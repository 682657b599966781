"""Forms of the pages about accounts, departments and the audit trail."""
