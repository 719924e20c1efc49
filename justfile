# Everything is done by tests/run.py or by one plain command; CONTRIBUTING.md says when to use which.
# For an environment of your own: just run="python tests/run.py --here" fast

run := "python3 tests/run.py"

_list:
    @just --list --unsorted

# make the environment, .environments/current; again when pins or pyproject.toml change
setup:
    {{run}} --setup

# lint, types, layers, and the tests that take no time
fast:
    {{run}} --fast

# the tests of a room, a module or a path: just test intent_al/strategies
test +places:
    {{run}} {{places}}

# lint, format, types and layers
lint:
    {{run}} --lint

# write the generated pages anew
docs:
    {{run}} --docs

# every environment and every test, as the build does it
all:
    {{run}}
