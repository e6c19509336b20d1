"""The example settings are valid by their JSON schemas, and a few mistakes are not."""

import copy
import json
import pathlib
import sys

import jsonschema
import yaml

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "conf" / "settings"


class Loader(yaml.SafeLoader):
    """YAML 1.2, as editors read it: 2027-12-31 and on are texts."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items() if first not in "oOyYnN"}


def faults(name, document):
    schema = json.loads((FOLDER / f"{name}.schema.json").read_text())
    return [f"{name}: {list(one.path)}: {one.message}" for one in
            jsonschema.Draft202012Validator(schema).iter_errors(document)]


def changed(document, keys, value):
    document = copy.deepcopy(document)
    inner = document
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value
    return document


examples = {name: yaml.load((FOLDER / f"{name}.yaml").read_text(), Loader) for name in ("gateway", "users")}
wrong = [one for name, document in examples.items() for one in faults(name, document)]
mistakes = [("gateway", ["ftp", "listne"], "0.0.0.0:21"), ("gateway", ["monitoring", "listen"], "everywhere"),
            ("gateway", ["users"], []), ("users", ["users", "scanner", "paths"], {"Inbox": ["upload"]}),
            ("users", ["users", "scanner", "permissions"], ["write"]), ("users", ["users", "scanner", "expires"], "soon"),
            ("users", ["groups", "warehouse", "password"], "$y$x"), ("users", ["users", "drop-box"], {"box_app": "main"})]
for name, keys, value in mistakes:
    if not faults(name, changed(examples[name], keys, value)):
        wrong.append(f"{name}: {'.'.join(keys)} = {value} is taken")
sys.exit("\n".join(wrong) or 0)
