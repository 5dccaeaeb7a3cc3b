"""One module a CMS family: how its pages list, page and show. No site names."""
