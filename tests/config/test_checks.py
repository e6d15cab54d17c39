"""What must not go live is refused, each with what to change."""

import pytest

from config import checks
from tests.make import a_user

SOUND = {
    "DEBUG": False,
    "DEMO": False,
    "HTTPS": True,
    "BASE_URL": "https://setten.example.com",
    "ALLOWED_HOSTS": ["setten.example.com"],
    "SECRET_KEY": "q8#f" * 5 + "0123456789abcdefghijklmnopqrstuv",
    "SECRET_KEY_FALLBACKS": [],
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
}


@pytest.fixture
def sound(settings, tmp_path, db):
    tmp_path.chmod(0o700)
    for name, value in {**SOUND, "DATA_DIR": tmp_path}.items():
        setattr(settings, name, value)
    return settings


def found():
    return {message.id for message in checks.production(None)}


def test_a_sound_production_may_start(sound):
    assert found() == set()


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("DEBUG", True, "setten.E001"),
        ("DEMO", True, "setten.E002"),
        ("ALLOWED_HOSTS", ["*"], "setten.E003"),
        ("ALLOWED_HOSTS", [".example.com"], "setten.E003"),
        ("SECRET_KEY", "short", "setten.E005"),
        ("SECRET_KEY", "x" * 60, "setten.E005"),
        ("SECRET_KEY_FALLBACKS", ["old"], "setten.E005"),
        ("EMAIL_BACKEND", "reports.mailbox.DemoMailbox", "setten.E006"),
    ],
)
def test_each_unsafe_setting_is_refused(sound, name, value, number):
    setattr(sound, name, value)

    assert found() == {number}


def test_plain_http_is_refused_except_on_this_machine_where_it_is_a_warning(sound):
    sound.HTTPS, sound.BASE_URL = False, "http://setten.example.com"
    assert found() == {"setten.E004"}

    sound.BASE_URL = "http://localhost:8000"
    assert found() == {"setten.W004"}


def test_a_data_folder_open_to_everybody_is_refused(sound, tmp_path):
    tmp_path.chmod(0o755)

    assert found() == {"setten.E007"}


def test_a_demo_user_who_may_still_log_in_is_refused_and_a_deactivated_one_is_not(sound):
    from crm.demo.logins import LOGINS

    user = a_user(code=LOGINS[0].code, email=LOGINS[0].mail)
    assert found() == {"setten.E009"}

    user.is_active = False
    user.save()
    assert found() == set()


def test_everything_wrong_is_listed_at_once_with_what_to_change(sound):
    sound.DEBUG, sound.DEMO, sound.SECRET_KEY = True, True, "short"

    messages = checks.production(None)

    assert len(messages) == 3
    assert all(message.hint for message in messages)
