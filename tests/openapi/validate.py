"""Holds recorded exchanges with the simulator (box-simulator serve --record FILE) against Box's OpenAPI document.

    validate.py --document openapi.json RECORD...

Checked of each request: that the path and method exist, on the host that the document names (upload or API); its query,
its headers, its body. Of each answer: that the document knows the status, and its body. What is known to differ stands in
deviations.py, each with its source; a deviation that no longer occurs is told, so that the list stays true.
"""

import argparse
import collections
import datetime
import json
import pathlib
import re
import sys

import jsonschema

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from deviations import DEVIATIONS, PATHS_OF_NO_DOCUMENT  # noqa: E402


FORMATS = jsonschema.FormatChecker(())


@FORMATS.checks("date-time", raises=ValueError)
def is_date_time(text):
    return not isinstance(text, str) or datetime.datetime.fromisoformat(text).tzinfo is not None


def as_json_schema(node):
    """OpenAPI 3.0's dialect, in place: `nullable` becomes a type, and nothing is left that jsonschema reads otherwise."""
    if isinstance(node, list):
        for each in node:
            as_json_schema(each)
    elif isinstance(node, dict):
        for each in node.values():
            as_json_schema(each)
        node.pop("$id", None)  # a field of Box's metadata, which jsonschema takes for the name of a schema
        if node.get("nullable") is True:
            kept = {name: node.pop(name) for name in list(node) if name not in ("description", "example")}
            kept.pop("nullable")
            node["anyOf"] = [{"type": "null"}, kept]
    return node


class Document:
    def __init__(self, path):
        self._root = as_json_schema(json.loads(pathlib.Path(path).read_text()))
        self._resolver = jsonschema.RefResolver("", self._root)
        self._routes = []
        for template, methods in self._root["paths"].items():
            plain = template.split("#")[0]
            pattern = re.compile("^" + re.sub(r"\{[^}]+\}", "([^/]+)", plain) + "$")
            for method, operation in methods.items():
                self._routes.append((plain.count("{"), pattern, method.upper(), plain, operation))
        self._routes.sort(key=lambda route: route[0])  # /files/content before /files/{file_id}

    def find(self, method, path):
        """The template and its operations: some have several, told apart by a fragment."""
        for _, pattern, of, template, _ in self._routes:
            if of == method and pattern.match(path):
                return template, [operation for _, _, m, t, operation in self._routes if m == method and t == template]
        return None, []

    def faults(self, schema, value):
        validator = jsonschema.Draft7Validator(schema, resolver=self._resolver, format_checker=FORMATS)
        for error in validator.iter_errors(value):
            where = "/".join("N" if isinstance(part, int) else str(part) for part in error.absolute_path)
            of = json.dumps(error.validator_value)
            value = error.instance
            kind = value if isinstance(value, str) and len(value) < 30 else type(value).__name__
            yield where, f"{kind} fails {error.validator} {of if len(of) < 60 else ''}".strip()


def converted(text, schema):
    """A query's or header's text as what its schema says."""
    kind = schema.get("type")
    try:
        if kind == "integer":
            return int(text)
        if kind == "boolean":
            return {"true": True, "false": False}[text]
    except (ValueError, KeyError):
        return text
    return text.split(",") if kind == "array" else text


class Check:
    def __init__(self, document):
        self._document = document
        self.found = collections.Counter()  # (template, what) -> how often
        self.first = {}
        self.exchanges = 0
        self.templates = collections.Counter()

    def _tell(self, template, what, row):
        self.found[template, what] += 1
        self.first.setdefault((template, what), row)

    def exchange(self, row):
        self.exchanges += 1
        host, path = self._split(row["path"])
        if any(re.match(pattern, row["path"]) for pattern in PATHS_OF_NO_DOCUMENT):
            return
        template, operations = self._document.find(row["method"], path)
        if not operations:
            if row["status"] not in (404, 405):
                self._tell(f"{row['method']} {re.sub('[0-9a-f]{6,}', 'ID', path)}", "the document has no such call", row)
            return
        name = f"{row['method']} {template}"
        self.templates[name] += 1
        operation = operations[0]
        self._host(name, operation, host, row)
        self._parameters(name, operation, row)
        if row["status"] < 400:  # a refused request may well be wrong
            self._body(name, operation, row)
        if row["as_asked"]:
            self._answer(name, operation, row)

    @staticmethod
    def _split(path):
        for prefix, host in (("/api/2.0", "upload"), ("/2.0", "api")):
            if path.startswith(prefix + "/"):
                return host, path[len(prefix):]
        return "api", path

    def _host(self, name, operation, host, row):
        servers = operation.get("servers") or [{"url": "https://api.box.com/2.0"}]
        wanted = "upload" if "/api/2.0" in servers[0]["url"] else "api"
        if host != wanted:
            self._tell(name, f"asked of the {host} host, not of the {wanted} host", row)

    def _parameters(self, name, operation, row):
        known = {(each["in"], each["name"].lower()): each for each in operation.get("parameters", [])}
        for query, text in row["query"].items():
            parameter = known.get(("query", query.lower()))
            if not parameter:
                self._tell(name, f"query {query}: not in the document", row)
                continue
            for _, message in self._document.faults(parameter["schema"], converted(text, parameter["schema"])):
                self._tell(name, f"query {query}: {message}", row)
        for header, text in row["headers"].items():
            parameter = known.get(("header", header))
            if not parameter:
                if header not in ("content-type", "box-notifications", "as-user"):
                    self._tell(name, f"header {header}: not in the document", row)
                continue
            for _, message in self._document.faults(parameter["schema"], converted(text, parameter["schema"])):
                self._tell(name, f"header {header}: {message}", row)
        for (place, parameter), each in known.items():
            given = row["query"] if place == "query" else row["headers"] if place == "header" else None
            if each.get("required") and given is not None and parameter not in given:
                self._tell(name, f"{place} {parameter}: missing", row)

    def _body(self, name, operation, row):
        content = operation.get("requestBody", {}).get("content", {})
        kind = row["headers"].get("content-type", "").split(";")[0]
        if row["body"] is None:
            return  # octets, or none
        if kind not in content:
            self._tell(name, f"body: {kind or 'no content type'} is not in the document", row)
            return
        schema = content[kind]["schema"]
        if kind == "multipart/form-data":
            schema = schema["properties"]["attributes"]
        for where, message in self._document.faults(schema, row["body"]):
            self._tell(name, f"body {where}: {message}", row)
        for field in row["body"]:
            if "properties" in schema and field not in schema["properties"]:
                self._tell(name, f"body {field}: not in the document", row)

    def _answer(self, name, operation, row):
        responses = operation["responses"]
        status = str(row["status"])
        if status not in responses and row["status"] < 400:
            self._tell(name, f"answer {status}: not in the document", row)
            return
        content = responses.get(status, responses.get("default", {})).get("content", {})
        if row["answer"] is None:
            if "application/json" in content and row["status"] < 400:
                self._tell(name, f"answer {status}: no body", row)
            return
        if "application/json" not in content:
            self._tell(name, f"answer {status}: a body that is not in the document", row)
            return
        for where, message in self._document.faults(content["application/json"]["schema"], row["answer"]):
            self._tell(name, f"answer {status} {where}: {message}", row)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--document", required=True)
    parser.add_argument("records", nargs="+")
    arguments = parser.parse_args()
    check = Check(Document(arguments.document))
    for record in arguments.records:
        with open(record) as lines:
            for line in lines:
                check.exchange(json.loads(line))
    if not check.exchanges:
        sys.exit("the records hold no exchange: nothing was checked")

    allowed, unexplained = collections.Counter(), []
    for (name, what), count in sorted(check.found.items()):
        for deviation in DEVIATIONS:
            if deviation.covers(name, what):
                allowed[deviation] += count
                break
        else:
            unexplained.append(f"{count} x {name}: {what}\n      {json.dumps(check.first[name, what])[:600]}")
    print(f"{check.exchanges} exchanges of {len(check.templates)} kinds held against Box's document")
    for deviation in DEVIATIONS:
        print(f"  {allowed[deviation]:6} x {deviation.what}  [{deviation.source}]")
    if unexplained:
        print(*unexplained, sep="\n")
        sys.exit(f"{len(unexplained)} kinds of deviation that nobody has explained")


if __name__ == "__main__":
    main()
