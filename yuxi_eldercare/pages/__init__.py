"""Pages that look into every app: library, document, and a finding with its ruling."""
