"""The CMS families: one module each in systems/, on what all share in lists/ and articles/.
`known` has them all.

No site names, no network.
"""
