"""Each message of the README's first table "When it does not work" is produced here, or asked for by another test."""

import ftplib
import io
import json
import pathlib
import re
import socket
import threading

import paramiko

import clients
from credentials import changed, config_of, split_fields
from lab import ROOT, Lab, expect, main, wait_until
from reload import open_sftp


def check(lab, ann=None, box=None, online=True, top=None):
    """The output of boxgate check with settings beside the defaults."""
    lab.write_settings({"ann": ann or {}}, {}, {}, {})
    gateway = json.loads((lab.directory / "gateway.yaml").read_text())
    gateway["box"] |= box or {}
    gateway |= top or {}
    (lab.directory / "gateway.yaml").write_text(json.dumps(gateway))
    words = ["--online"] if online else []
    return lab.run([lab.program("boxgate"), "check", *words, "--config", lab.directory / "gateway.yaml"], check=False).stdout


def serve(lab, ann=None, ftp=None):
    """The answer of an FTP login, and the log."""
    lab.write_settings({"ann": ann or {}}, ftp or {}, {}, {})
    lab.start_gateway()
    try:
        line = clients.Line(lab)
        answers = line.ask("USER ann") + "\n" + line.ask(f"PASS {clients.PASSWORD}")
        line.close()
    finally:
        lab.stop_gateway()
    return answers + "\n" + lab.gateway.log()


def unknown_key(lab):
    return check(lab, online=False, top={"boxx": 1})


def not_authorised(lab):
    return check(lab, {"jwt_config": str(lab.box.jwt_config.with_name("jwt_config_unauthorised.json"))})


def wrong_enterprise(lab):
    return check(lab, split_fields(config_of(lab)) | {"enterprise_id": "99999"})


def as_user_off(lab):
    return check(lab, {"jwt_config": str(lab.box.jwt_config.with_name("jwt_config_no_as_user.json"))})


def wrong_passphrase(lab):
    wrong = changed(config_of(lab), ["boxAppSettings", "appAuth", "passphrase"], "not the passphrase")
    return check(lab, {"jwt_config": json.dumps(wrong)})


def unknown_user(lab):
    return check(lab, {"box_user": "nobody@example.com"})


def inactive_user(lab):
    return check(lab, {"box_user": "gone@example.com"})


def missing_root(lab):
    return check(lab, {"root": "/none"})


def clock(lab):
    lab.box.ask("POST", "/settings", {"clock_offset": 300})
    try:
        return check(lab)
    finally:
        lab.box.ask("POST", "/settings", {"clock_offset": 0})


def tls_of_somebody_else(lab):
    return check(lab, box={"ca_file": str(lab.certificate)})


def proxy_down(lab):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    return check(lab, box={"proxy": f"http://127.0.0.1:{port}"})


def answering_proxy(lab, answer):
    """A proxy that says the same to everybody."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve_all():
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                with client:
                    client.recv(4096)
                    client.sendall(answer)

        thread = threading.Thread(target=serve_all, daemon=True)
        thread.start()
        text = check(lab, box={"proxy": f"http://127.0.0.1:{server.getsockname()[1]}"})
        server.shutdown(socket.SHUT_RDWR)
        thread.join(10)
        return text


def proxy_wants_a_password(lab):
    return answering_proxy(lab, b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")


def proxy_forbids(lab):
    return answering_proxy(lab, b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")


def port_in_use(lab):
    lab.write_settings({"ann": {}}, {}, {}, {})
    with socket.create_server(("127.0.0.1", 0)) as taken:
        gateway = json.loads((lab.directory / "gateway.yaml").read_text())
        gateway["ftp"]["listen"] = f"127.0.0.1:{taken.getsockname()[1]}"
        (lab.directory / "gateway.yaml").write_text(json.dumps(gateway))
        return lab.run([lab.program("boxgate"), "serve", "--config", lab.directory / "gateway.yaml"], check=False).stdout


def faulty_users_file(lab):
    lab.write_settings({"ann": {}}, {}, {}, {})
    lab.start_gateway()
    users = (lab.directory / "users.yaml").read_text()
    (lab.directory / "users.yaml").write_text(users.replace('"password"', '"passwort"'))
    wait_until(lambda: lab.log_events("users_kept"), "the file was read")
    lab.stop_gateway()
    return lab.gateway.log()


def uploads_unreachable(lab):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"https://127.0.0.1:{unused.getsockname()[1]}"
    return check(lab, box={"upload_url": url})


def not_admitted(lab):
    return serve(lab, {"allow_from": ["192.0.2.0/24"]})


def expired(lab):
    return serve(lab, {"expires": "2020-01-01"})


def tls_wanted(lab):
    return serve(lab, ftp={"tls": {"mode": "required", "certificate": "ftp.pem", "private_key": "ftp.key"}})


def box_away(lab):
    lab.write_settings({"ann": {}}, {}, {}, {})
    gateway = json.loads((lab.directory / "gateway.yaml").read_text())
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"https://127.0.0.1:{unused.getsockname()[1]}"
    gateway["box"] |= {"api_url": url, "upload_url": url}
    (lab.directory / "gateway.yaml").write_text(json.dumps(gateway))
    lab.start_gateway()
    line = clients.Line(lab, timeout=60)
    line.ask("USER ann")
    answer = line.ask(f"PASS {clients.PASSWORD}")
    lab.stop_gateway()
    return answer


def unpreserved_times(lab):
    lab.write_settings({"ann": {}}, {}, {}, {})
    lab.start_gateway()
    try:
        with open_sftp(lab) as client:
            files = client.open_sftp()
            files.putfo(io.BytesIO(b"x"), "timed")
            try:
                files.utime("timed", (1, 1))
            except OSError as error:
                return str(error)
        return "the times were taken"
    finally:
        lab.stop_gateway()


def resumed_upload(lab):
    lab.write_settings({"ann": {}}, {}, {}, {})
    lab.start_gateway()
    try:
        clients.connect_ftp(lab).sendcmd("REST 100")
        return "REST was taken"
    except ftplib.error_perm as error:
        return str(error)
    finally:
        lab.stop_gateway()


PRODUCERS = [unknown_key, not_authorised, wrong_enterprise, as_user_off, wrong_passphrase, unknown_user, inactive_user,
             missing_root, clock, tls_of_somebody_else, proxy_down, proxy_wants_a_password, proxy_forbids,
             uploads_unreachable, port_in_use, faulty_users_file, not_admitted, expired, tls_wanted, box_away, unpreserved_times, resumed_upload]


def messages():
    """The first column of the table; "..." stands for anything."""
    text = (ROOT / "README.md").read_text()
    section = text[text.index("## When it does not work"):]
    section = section[:section.index("\nLess often:")]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| ") and "`" in line.split("|")[1]]
    expect(len(rows) > 15, f"the table has {len(rows)} rows")
    return [message for row in rows for message in re.findall("`([^`]+)`", row)]


def expected_elsewhere():
    """What the other tests are about: name -> text."""
    sources = [path for kind in ("*.py", "*.cpp", "*.js") for path in (ROOT / "tests").rglob(kind)
               if "simulator" not in path.parts]
    return {path.name: path.read_text() for path in sources if path.name != pathlib.Path(__file__).name}


def holds(text, message):
    at = 0
    for piece in message.split("..."):
        piece = piece.strip()
        at = text.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def every_message_of_the_table_is_produced(lab, _):
    produced = {producer.__name__: producer(lab) for producer in PRODUCERS}
    elsewhere = expected_elsewhere()
    for message in messages():
        told = [name for name, text in produced.items() if holds(text, message)]
        told += [name for name, text in elsewhere.items() if holds(text, message)]
        expect(told, f"nothing produces: {message}\n" + "\n".join(f"{n}: {t[-600:]}" for n, t in produced.items()))


if __name__ == "__main__":
    main(every_message_of_the_table_is_produced, shared=lambda arguments: Lab(arguments.bin, start=False))
