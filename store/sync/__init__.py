"""Many desks, one team: each works on its own store, and all of them meet in one PostgreSQL and end up the same.

`hub/` holds the shared database's own functions, which decide every conflict once; the modules beside it replay what was decided.
"""
