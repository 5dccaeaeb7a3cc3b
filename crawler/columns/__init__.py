"""From a portal to its columns, and from a column's lists to its reports."""
