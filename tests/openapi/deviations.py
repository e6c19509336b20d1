"""Where requests or answers differ from Box's OpenAPI document, and whose word stands against it."""

import re


class Deviation:
    def __init__(self, call, found, what, source):
        """call, found: patterns for the whole of "METHOD /path" and of what validate.py has found."""
        self._call = re.compile(call)
        self._found = re.compile(found)
        self.what = what
        self.source = source

    def covers(self, call, found):
        return bool(self._call.fullmatch(call) and self._found.fullmatch(found))


# Hosts that the document does not describe: contents, and the long poll.
PATHS_OF_NO_DOCUMENT = ["/d/1/", "/subscribe"]

# What several of them cite.
GUIDE = "Box's developer guide"
FIXTURES = "fixtures of the tests of Box's SDK for Node.js"

DEVIATIONS = [
    Deviation(".*", r"answer 4\d\d code: .* fails enum",
              "the document's list of error codes is that of an older API; it names these codes in its own descriptions",
              f"{GUIDE}: common errors"),
    Deviation(".*", "answer 409 context_info/conflicts: dict fails type .*",
              "the conflict of an upload is one object, not a list", "captures of answers; rclone reads an object"),
    Deviation("OPTIONS /files/content|OPTIONS /files/{file_id}/content",
              "answer 200 (upload_token|download_url): NoneType fails type .*",
              "tokens that there are not are null", f"{FIXTURES}: options_files_content_200"),
    Deviation(".*", r"answer 20\d (entries/N/|item_collection/entries/N/)?shared_link: NoneType fails type .*",
              "an item without a shared link has null for it", f"{FIXTURES}: get_files_id_200"),
    Deviation("GET /folders/{folder_id}/items|GET /events", "answer 200 entries/N(/source)?: dict fails oneOf",
              "the same, in lists of items and in events", f"{FIXTURES}: get_files_id_200"),
    Deviation("POST /files/{file_id}/content", "body parent: not in the document",
              "attributes of a version are sent as those of a new file", "rclone sends them so"),
    Deviation("POST /files/{file_id}/content", "body name: 'name' is a required property",
              "a version need not name the file", "Box's SDK for Node.js, uploadNewFileVersion"),
    Deviation("POST /files/upload_sessions/{upload_session_id}/commit", "body attributes: not in the document",
              "a commit carries attributes of the file", f"{GUIDE}: uploads, chunked; both SDKs"),
]
