"""Households and trainees: entering, importing, withdrawing people, whose data is sealed."""
