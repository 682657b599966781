"""The first pages: cockpit, county dashboards, comparison, search. They look into every app; nobody imports them."""
