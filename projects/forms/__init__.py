"""Forms of the projects app. What is right or wrong is for the actions; forms read what was typed."""
