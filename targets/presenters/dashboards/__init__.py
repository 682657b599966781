"""What dashboards show of the lights: tallies, tables in words, sentences; the cockpit and counties share it."""
