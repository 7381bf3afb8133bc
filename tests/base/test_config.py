"""The settings: from the environment alone; a server without a secret does not start."""

from __future__ import annotations

import pytest

from governance.base import config

NAMES = (
    "HEMEI_DATABASE_URL",
    "HEMEI_SECRET_KEY",
    "HEMEI_DATA_DIR",
    "HEMEI_BASE_URL",
    "HEMEI_PROXIES",
    "HEMEI_PROXY_ADDRESS",
    "HEMEI_DEMO",
)


@pytest.fixture
def env(monkeypatch):
    for name in (*NAMES, "FLASK_RUN_FROM_CLI"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_a_server_without_a_secret_does_not_start(env, tmp_path):
    with pytest.raises(config.NoSecret, match="HEMEI_SECRET_KEY"):
        config.settings(tmp_path)


def test_a_command_needs_no_secret_and_makes_a_passing_one(env, tmp_path):
    env.setenv("FLASK_RUN_FROM_CLI", "true")
    first, second = config.settings(tmp_path), config.settings(tmp_path)
    assert len(first["SECRET_KEY"]) == 64
    assert first["SECRET_KEY"] != second["SECRET_KEY"]


def test_what_is_not_set_is_as_documented(env, tmp_path):
    env.setenv("HEMEI_SECRET_KEY", "k")
    found = config.settings(tmp_path)
    assert found["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{tmp_path / 'hemei.sqlite3'}"
    assert found["DATA_DIR"] == tmp_path / "data"
    assert found["BASE_URL"] == ""
    assert found["DEMO"] is False
    assert (found["PROXIES"], found["PROXY_ADDRESS"]) == (0, "127.0.0.1")


@pytest.mark.parametrize("plain", ["postgres://", "postgresql://", "postgresql+psycopg://"])
def test_postgresql_is_spoken_to_through_psycopg(env, tmp_path, plain):
    env.setenv("HEMEI_DATABASE_URL", f"{plain}u@h/d")
    assert config.database_url(tmp_path) == "postgresql+psycopg://u@h/d"


@pytest.mark.parametrize(
    ("value", "demo"), [("1", True), ("0", False), ("", False), ("yes", False)]
)
def test_only_a_one_makes_it_the_demo(env, tmp_path, value, demo):
    env.setenv("HEMEI_SECRET_KEY", "k")
    env.setenv("HEMEI_DEMO", value)
    assert config.settings(tmp_path)["DEMO"] is demo


@pytest.mark.parametrize(
    ("address", "secure"), [("https://h.cn/", True), ("http://h.cn/", False), ("", False)]
)
def test_behind_https_the_cookie_never_goes_without(env, tmp_path, address, secure):
    env.setenv("HEMEI_SECRET_KEY", "k")
    env.setenv("HEMEI_BASE_URL", address)
    found = config.settings(tmp_path)
    assert found["SESSION_COOKIE_SECURE"] is secure
    assert found["BASE_URL"] == address.rstrip("/")
