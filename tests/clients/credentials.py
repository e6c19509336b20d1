"""The ways to give Box credentials log in, and a wrong one of each says what is wrong."""

import json

import clients
from lab import Lab, expect, expect_equal, main


def config_of(lab):
    return json.loads(lab.box.jwt_config.read_text())


def split_fields(config):
    app = config["boxAppSettings"]
    return {"jwt_config": None, "client_id": app["clientID"], "client_secret": app["clientSecret"],
            "enterprise_id": config["enterpriseID"], "public_key_id": app["appAuth"]["publicKeyID"],
            "private_key": app["appAuth"]["privateKey"], "private_key_passphrase": app["appAuth"]["passphrase"]}


def settings(lab, ann):
    lab.write_settings({"ann": ann}, {}, {}, {})


def logs_in(lab, ann):
    settings(lab, ann)
    code, text = lab.check()
    expect_equal(code, 0, f"exit code of check\n{text}\n")
    lab.start_gateway()
    lab.box.put("ann", "hello", b"hello")
    expect_equal(clients.curl(lab, clients.ftp_url(lab, "hello")).stdout, "hello", "what ann fetched")
    expect_equal(lab.stop_gateway(), 0, "exit code of boxgate")


def is_refused_by_check(lab, ann, *words):
    """Exit code 2, each word in the output with a line, nothing secret in it, and serve does not start either."""
    settings(lab, ann)
    code, text = lab.check()
    expect_equal(code, 2, f"exit code of check\n{text}\n")
    for word in words:
        expect(word.lower() in text.lower(), f"'{word}' is not in:\n{text}")
    expect("users.yaml:" in text, f"no place in the file:\n{text}")
    app = config_of(lab)["boxAppSettings"]
    for secret in (app["clientSecret"], app["appAuth"]["passphrase"]):
        expect(secret not in text, f"a secret is in:\n{text}")
    done = lab.run([lab.program("boxgate"), "serve", "--config", lab.directory / "gateway.yaml"], seconds=20, check=False)
    expect_equal(done.returncode, 2, f"exit code of serve\n{done.stdout}\n")


def is_refused_at_login(lab, ann, *words):
    """The files are in order, Box says no: the client is refused, and the log says why."""
    settings(lab, ann)
    code, text = lab.check()
    expect_equal(code, 0, f"exit code of check\n{text}\n")
    lab.start_gateway()
    line = clients.Line(lab)
    line.ask("USER ann")
    answer = line.ask(f"PASS {clients.PASSWORD}")
    expect(answer[:3] in ("421", "530"), f"the login was answered {answer}")
    log = lab.gateway.log()
    for word in words:
        expect(word.lower() in log.lower(), f"'{word}' is not in the log:\n{log}")
    app = config_of(lab)["boxAppSettings"]
    for secret in (app["clientSecret"], app["appAuth"]["passphrase"]):
        expect(secret not in log, "a secret is in the log")
    lab.stop_gateway()


def changed(config, where, value):
    """A copy of the configuration with one value changed; `where` is its path of keys."""
    config = json.loads(json.dumps(config))
    inner = config
    for key in where[:-1]:
        inner = inner[key]
    inner[where[-1]] = value
    return config


def a_path_logs_in(lab, _):
    logs_in(lab, {})


def a_pasted_configuration_logs_in(lab, _):
    logs_in(lab, {"jwt_config": lab.box.jwt_config.read_text()})


def split_fields_log_in(lab, _):
    logs_in(lab, split_fields(config_of(lab)))


def split_fields_with_secrets_in_files_log_in(lab, _):
    fields = split_fields(config_of(lab))
    for name in ("client_secret", "private_key", "private_key_passphrase"):
        (lab.directory / name).write_text(fields[name])
        fields[name] = f"file:{lab.directory / name}"
    logs_in(lab, fields)


def a_shared_app_logs_in(lab, _):
    settings(lab, {"jwt_config": None, "box_app": "main"})
    table = json.loads((lab.directory / "users.yaml").read_text())
    table["box_apps"] = {"main": {"jwt_config": str(lab.box.jwt_config)}}
    (lab.directory / "users.yaml").write_text(json.dumps(table, indent=2))
    code, text = lab.check()
    expect_equal(code, 0, f"exit code of check\n{text}\n")
    lab.start_gateway()
    lab.box.put("ann", "shared", b"shared")
    expect_equal(clients.curl(lab, clients.ftp_url(lab, "shared")).stdout, "shared", "what ann fetched")
    lab.stop_gateway()


def the_service_account_itself_logs_in(lab, _):
    settings(lab, {"box_user": None})
    lab.start_gateway()
    clients.curl(lab, "-T", lab.certificate, clients.ftp_url(lab, "own file"))
    expect("own file" in clients.curl(lab, "-l", clients.ftp_url(lab)).stdout.splitlines(), "the file is not listed")
    expect(not any(call.as_user for call in lab.box.journal() if call.is_upload), "an as-user header was sent")
    lab.stop_gateway()


def without_key(config):
    return split_fields(config) | {"public_key_id": None, "private_key": None, "private_key_passphrase": None}


def client_credentials_log_in(lab, _):
    logs_in(lab, without_key(config_of(lab)))


def user_tokens_log_in_and_need_no_as_user_header(lab, _):
    for form in ({}, without_key(config_of(lab)), {"box_user": lab.box.user_id("ann")}):
        before = len(lab.box.journal())
        logs_in(lab, form | {"box_mode": "user_token"})
        calls = [call for call in lab.box.journal()[before:] if call.is_download]
        expect(calls and not any(call.as_user for call in calls), "an as-user header was sent beside a user's token")


def notifications_are_off_where_that_is_set(lab, _):
    for switch, wanted in (("off", "off"), ("on", "")):
        before = len(lab.box.journal())
        lab.write_settings({"ann": {}}, {}, {}, {}, {"notifications": switch})
        lab.start_gateway()
        clients.curl(lab, "-T", lab.certificate, clients.ftp_url(lab, "quiet"))
        uploads = [call for call in lab.box.journal()[before:] if call.is_upload]
        expect(uploads and all(call.notifications == wanted for call in uploads), f"box-notifications with {switch}")
        lab.stop_gateway()


def a_user_token_without_a_user_is_named(lab, _):
    is_refused_by_check(lab, {"box_mode": "user_token", "box_user": None}, "box_mode", "box_user")


def client_credentials_without_an_enterprise_are_named(lab, _):
    is_refused_by_check(lab, without_key(config_of(lab)) | {"enterprise_id": None}, "enterprise_id")


def wrong_client_credentials_are_refused_by_box(lab, _):
    is_refused_at_login(lab, without_key(config_of(lab)) | {"enterprise_id": "99999"}, "Grant credentials are invalid",
                        "Client Credentials Grant")


def a_wrong_path_is_named(lab, _):
    is_refused_by_check(lab, {"jwt_config": "/nowhere/config.json"}, "/nowhere/config.json")


def a_file_that_is_no_json_is_named(lab, _):
    bad = lab.directory / "bad.json"
    bad.write_text('{"boxAppSettings": {')
    is_refused_by_check(lab, {"jwt_config": str(bad)}, "jwt_config", "JSON")


def a_configuration_without_its_key_is_named(lab, _):
    config = config_of(lab)
    del config["boxAppSettings"]["appAuth"]["privateKey"]
    bad = lab.directory / "no-key.json"
    bad.write_text(json.dumps(config))
    is_refused_by_check(lab, {"jwt_config": str(bad)}, "privateKey")


def a_pasted_configuration_with_a_wrong_passphrase_is_named(lab, _):
    wrong = changed(config_of(lab), ["boxAppSettings", "appAuth", "passphrase"], "not the passphrase")
    is_refused_by_check(lab, {"jwt_config": json.dumps(wrong)}, "passphrase")


def a_private_key_that_is_none_is_named(lab, _):
    fields = split_fields(config_of(lab)) | {"private_key": "-----BEGIN PRIVATE KEY-----\nxxxx\n-----END PRIVATE KEY-----\n"}
    is_refused_by_check(lab, fields, "private_key")


def a_missing_split_field_is_named(lab, _):
    is_refused_by_check(lab, split_fields(config_of(lab)) | {"public_key_id": None}, "public_key_id")


def two_forms_at_once_are_named(lab, _):
    both = split_fields(config_of(lab)) | {"jwt_config": str(lab.box.jwt_config)}
    is_refused_by_check(lab, both, "jwt_config", "client_id")


def a_wrong_client_secret_is_refused_by_box(lab, _):
    wrong = changed(config_of(lab), ["boxAppSettings", "clientSecret"], "wrong")
    is_refused_at_login(lab, {"jwt_config": json.dumps(wrong)}, "client credentials are invalid")


def a_wrong_enterprise_is_refused_by_box(lab, _):
    is_refused_at_login(lab, split_fields(config_of(lab)) | {"enterprise_id": "99999"}, "'sub' claim")


def a_wrong_public_key_id_is_refused_by_box(lab, _):
    is_refused_at_login(lab, split_fields(config_of(lab)) | {"public_key_id": "nokey"}, "invalid")


def an_unknown_box_user_is_named(lab, _):
    is_refused_at_login(lab, {"box_user": "nobody@example.com"}, "nobody@example.com")


def a_missing_root_is_named(lab, _):
    is_refused_at_login(lab, {"root": "/no/such/folder"}, "/no/such/folder")


if __name__ == "__main__":
    main(a_path_logs_in, a_pasted_configuration_logs_in, split_fields_log_in,
         split_fields_with_secrets_in_files_log_in, a_shared_app_logs_in, the_service_account_itself_logs_in,
         client_credentials_log_in, user_tokens_log_in_and_need_no_as_user_header,
         notifications_are_off_where_that_is_set, a_user_token_without_a_user_is_named,
         client_credentials_without_an_enterprise_are_named, wrong_client_credentials_are_refused_by_box,
         a_wrong_path_is_named, a_file_that_is_no_json_is_named, a_configuration_without_its_key_is_named,
         a_pasted_configuration_with_a_wrong_passphrase_is_named, a_private_key_that_is_none_is_named,
         a_missing_split_field_is_named, two_forms_at_once_are_named, a_wrong_client_secret_is_refused_by_box,
         a_wrong_enterprise_is_refused_by_box, a_wrong_public_key_id_is_refused_by_box, an_unknown_box_user_is_named,
         a_missing_root_is_named, shared=lambda arguments: Lab(arguments.bin, start=False))
