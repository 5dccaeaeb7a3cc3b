"""Commands that read documents and build of them: extract, build; check reads the tables of data/."""
