"""What the gate, ``simulate`` and the demo measure with: one set of definitions for all of them."""
