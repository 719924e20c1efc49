"""Memory: one SQLite file a project, and the only place with SQL in it.

``schema`` says which stage owns which table; each module beside it holds the statements of one
stage. Writing is ``with store.write()``, explicit and short.
"""

from intent_al.store.database import Store

__all__ = ["Store"]
