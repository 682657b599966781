"""Tests of subsidies."""
