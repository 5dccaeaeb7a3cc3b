"""Lists of reports: lines, folders, pagers, replies of services, and what a page says of its list."""
