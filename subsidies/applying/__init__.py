"""Applications: registering, submitting, checking, approving, each by another person."""
