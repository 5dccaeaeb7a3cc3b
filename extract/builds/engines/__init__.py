"""Where documents are read: by processes of this machine, or by the workers of a cluster.

Both draw documents as they need them, read them behind the same fence with the same limits, and give what
was made of them in the order in which they were drawn.
"""
