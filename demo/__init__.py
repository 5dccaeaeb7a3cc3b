"""A made-up province: reports with known truth, and portals that publish them."""
