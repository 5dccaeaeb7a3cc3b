"""The ledger of coverage: for each agency and year, whether its report is here, and if not, why."""
