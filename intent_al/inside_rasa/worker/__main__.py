"""Started as a file by the bot's interpreter: ``python .../inside_rasa/worker/__main__.py``.

The package is found by its path, under a name of its own, so that nothing of ours has to be
installed beside Rasa and nothing there can be hidden by us.
"""

from __future__ import annotations

import importlib.util
import os
import sys

NAME = "intent_al_inside_rasa"


def load_package() -> None:
    """Import the folder ``inside_rasa`` as ``intent_al_inside_rasa``."""
    folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    spec = importlib.util.spec_from_file_location(
        NAME, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    # Python has put this folder first; the bot's own components are imported from where it stands
    sys.path[0] = os.getcwd()
    load_package()
    serve = importlib.import_module(NAME + ".worker.serve")
    sys.exit(serve.main())
