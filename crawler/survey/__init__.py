"""The survey: which portals have an annual report column, what is proposed, what a person decided."""
