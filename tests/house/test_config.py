"""The settings are read once, and what is missing or contradicts itself stops the start with a sentence."""

import json

import pytest

from config import BadConfig, Config

REAL = {
    "PORTAL_ENVIRONMENT": "production",
    "PORTAL_DATABASE_URL": "postgresql://db.example/amends",
    "STRIPE_SECRET_KEY": "sk_live_4242",
    "STRIPE_WEBHOOK_SECRET": "whsec_old, whsec_new",
    "SMTP_URL": "smtps://mail.example",
    "MAIL_FROM": "hello@shop.example",
    "PORTAL_ORIGIN": "https://amends.shop.example/",
    "SECRET_KEY": "k" * 43,
    "WAREHOUSE_URL": "https://warehouse.example/orders",
    "WAREHOUSE_SECRET": "w" * 32,
    "PORTAL_SHOP_NAME": "Shop",
    "PORTAL_PHOTO_FOLDER": "/srv/photos",
}


def test_a_whole_production_environment_is_read(tmp_path):
    config = Config.from_environment(REAL, instance=tmp_path)

    assert config.is_production
    assert config.origin == "https://amends.shop.example"
    assert config.stripe_webhook_secrets == ("whsec_old", "whsec_new")
    assert config.stripe_api_base is None


@pytest.mark.proves("fault 66")
@pytest.mark.parametrize("name", sorted(set(REAL) - {"PORTAL_ENVIRONMENT"}))
def test_production_names_what_is_missing(name, tmp_path):
    without = {key: value for key, value in REAL.items() if key != name}

    with pytest.raises(BadConfig, match=f"{name} is missing"):
        Config.from_environment(without, instance=tmp_path)


@pytest.mark.proves("fault 66", "M14")
@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("STRIPE_SECRET_KEY", "sk_test_4242", "not a live key"),
        ("STRIPE_API_BASE", "http://127.0.0.1:8420", "no place in production"),
        ("SECRET_KEY", "short", "too short"),
        ("PORTAL_ORIGIN", "http://amends.shop.example", "not https"),
        ("PORTAL_ENVIRONMENT", "staging", "either 'sandbox' or 'production'"),
        ("PORTAL_ENVIRONMENT", "sandbox", "real money would move"),
        ("PORTAL_DATABASE_URL", "sqlite:///amends.db", "PostgreSQL only"),
        ("SMTP_URL", "mail.example:25", "begins with smtp://"),
        ("WAREHOUSE_URL", "warehouse.example", "begins with http"),
        ("PORTAL_SHOP_COLOURS", "teal", "it is a colour"),
        ("PORTAL_TIME_ZONE", "Mars/Olympus", "it is a name such as"),
        ("PORTAL_REFUNDS_PER_SECOND", "0", "from 1 to 100"),
        ("PORTAL_REFUNDS_PER_SECOND", "many", "from 1 to 100"),
    ],
)
def test_a_setting_that_contradicts_the_others_is_named(setting, value, sentence, tmp_path):
    contradicting = REAL | {setting: value}

    with pytest.raises(BadConfig, match=sentence):
        Config.from_environment(contradicting, instance=tmp_path)


def test_every_fault_is_told_at_once(tmp_path):
    with pytest.raises(BadConfig) as told:
        Config.from_environment({"PORTAL_ENVIRONMENT": "production"}, instance=tmp_path)

    assert str(told.value).count("is missing") == len(REAL) - 1


def test_a_command_typed_by_hand_finds_what_the_launch_made_up(tmp_path):
    made_up = REAL | {"STRIPE_SECRET_KEY": "sk_test_1", "PORTAL_ENVIRONMENT": "sandbox"}
    (tmp_path / "launch.json").write_text(json.dumps(made_up))

    config = Config.from_environment({}, instance=tmp_path)

    assert config.stripe_secret_key == "sk_test_1"


def test_production_never_reads_what_a_launch_made_up(tmp_path):
    (tmp_path / "launch.json").write_text(json.dumps(REAL))

    with pytest.raises(BadConfig, match="SECRET_KEY is missing"):
        Config.from_environment({"PORTAL_ENVIRONMENT": "production"}, instance=tmp_path)


@pytest.mark.proves("P8")
def test_secrets_stay_out_of_the_written_form(tmp_path):
    written = repr(Config.from_environment(REAL, instance=tmp_path))

    assert "4242" not in written
    assert "db.example" not in written
