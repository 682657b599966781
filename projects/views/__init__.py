"""Views of the projects app: plan projects, the ledger, the register of institutions."""
