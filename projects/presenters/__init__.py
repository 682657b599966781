"""Rows of the projects app shaped for pages."""
