"""A plain caller of Box's API, for tests that look at the simulator itself or change things behind boxgate's back."""

import hashlib
import http.client
import json
import ssl
import urllib.parse


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.content = response.read()

    def json(self):
        return json.loads(self.content)

    def __repr__(self):
        return f"{self.status} {self.content[:200]!r}"


class BoxApi:
    """box: the Simulator. Acts for `user` by a token of the user's own, or, with as_user, by the header."""

    def __init__(self, box, user, as_user=False):
        self._box = box
        self._trust = ssl.create_default_context(cafile=str(box.ca_file))
        settings = json.loads(box.jwt_config.read_text())
        app = settings["boxAppSettings"]
        self.user_id = box.user_id(user)
        subject = ("enterprise", settings["enterpriseID"]) if as_user else ("user", self.user_id)
        form = {"grant_type": "client_credentials", "client_id": app["clientID"], "client_secret": app["clientSecret"],
                "box_subject_type": subject[0], "box_subject_id": subject[1]}
        self.headers = {}
        granted = self.call("POST", "/oauth2/token", body=urllib.parse.urlencode(form).encode(),
                            headers={"Content-Type": "application/x-www-form-urlencoded"})
        self.headers["Authorization"] = "Bearer " + granted.json()["access_token"]
        if as_user:
            self.headers["As-User"] = self.user_id

    def call(self, method, path, content=None, headers=None, body=None):
        """One call on a connection of its own; `content` is sent as JSON."""
        connection = http.client.HTTPSConnection("127.0.0.1", self._box.port, context=self._trust, timeout=60)
        try:
            headers = self.headers | (headers or {})
            if content is not None:
                body = json.dumps(content).encode()
                headers["Content-Type"] = "application/json"
            connection.request(method, path, body=body, headers=headers)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def upload(self, folder_id, name, content, **headers):
        """The direct upload of a new file."""
        attributes = json.dumps({"name": name, "parent": {"id": folder_id}}).encode()
        body = (b'--frame\r\nContent-Disposition: form-data; name="attributes"\r\n\r\n' + attributes
                + b'\r\n--frame\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n' + content
                + b"\r\n--frame--\r\n")
        return self.call("POST", "/api/2.0/files/content", body=body,
                         headers={"Content-Type": "multipart/form-data; boundary=frame",
                                  "Content-MD5": hashlib.sha1(content).hexdigest()} | headers)

    def make_folder(self, name, parent="0"):
        return self.call("POST", "/2.0/folders", {"name": name, "parent": {"id": parent}})
