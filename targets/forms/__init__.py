"""Forms of the targets app: labels, choices and widgets; the rules live in the actions."""
