"""Logging in: by employee code or mail, locked after failures, nobody signs up alone, a reset link works once."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from tests.make import PASSWORD, a_user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
NEW = "a quite different long password"


@pytest.fixture(autouse=True)
def no_earlier_failures():
    cache.clear()


@pytest.fixture
def worker():
    return a_user("河田 誠", code="K1234", email="kawata@example.jp", password=PASSWORD)


def log_in(client, login, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": login, "password": password, **more})


@pytest.mark.parametrize("login", ["K1234", "kawata@example.jp", "Kawata@Example.JP"])
def test_a_person_logs_in_by_code_or_by_mail(client, worker, login):
    answer = log_in(client, login)

    assert answer.status_code == 302
    assert client.get("/accounts/sessions/").status_code == 200


def test_after_five_failures_even_the_right_password_is_refused_with_a_clear_word(client, worker):
    for _ in range(5):
        assert log_in(client, "K1234", "wrong password indeed").status_code == 200

    answer = log_in(client, "K1234")

    assert answer.status_code == 200
    assert "ログイン失敗" in answer.content.decode()
    assert client.get("/accounts/sessions/").status_code == 302


def test_one_person_s_failures_do_not_lock_out_another(client, worker):
    a_user("坂田 純", code="S1", email="s1@example.jp", password=PASSWORD)
    for _ in range(5):
        log_in(client, "K1234", "wrong password indeed")

    assert log_in(client, "S1").status_code == 302


def test_somebody_who_left_gets_in_no_more(client, worker):
    worker.is_active = False
    worker.save()

    log_in(client, "K1234")

    assert client.get("/accounts/sessions/").status_code == 302


def test_an_unknown_person_and_a_wrong_password_get_the_same_answer(client, worker):
    wrong = log_in(client, "K1234", "wrong password indeed").content.decode()
    unknown = log_in(client, "nobody", "wrong password indeed").content.decode()

    def bare(page):
        return re.sub(r'csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"|value="(K1234|nobody)"', "", page)

    assert bare(wrong) == bare(unknown)


def test_nobody_signs_up_alone(client):
    answer = client.post("/accounts/signup/", {"username": "me", "password1": NEW, "password2": NEW})

    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_is_set_anew_by_mail_once(client, worker):
    client.post("/accounts/password/reset/", {"email": "kawata@example.jp"})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[0].body).group(1)
    form = client.get(link, follow=True).request["PATH_INFO"]

    client.post(form, {"password1": NEW, "password2": NEW})

    assert log_in(client, "K1234", NEW).status_code == 302
    client.logout()
    again = client.get(link, follow=True)
    assert "password1" not in again.content.decode()


def test_the_answer_to_a_reset_does_not_tell_who_works_here(client, worker):
    known = client.post("/accounts/password/reset/", {"email": "kawata@example.jp"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.jp"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


@pytest.mark.parametrize("password", ["short", "1q2w3e4r5t6y", "kawata@example.jp", "x" * 129])
def test_a_weak_or_endless_password_is_refused_with_the_reason(client, worker, password):
    client.force_login(worker)
    client.post(LOGIN, {"login": "K1234", "password": PASSWORD})

    answer = client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": password, "password2": password})

    assert answer.status_code == 200
    worker.refresh_from_db()
    assert worker.check_password(PASSWORD)


@pytest.mark.parametrize(
    "target", ["//evil.example.com", "https://evil.example.com", "\\\\evil.example.com", "javascript:alert(1)", "https:evil"]
)
def test_after_logging_in_one_stays_on_this_host(client, worker, target):
    answer = log_in(client, "K1234", next=target)

    assert answer.status_code == 302
    assert answer["Location"] == "/"


def test_passwords_are_kept_as_argon2_with_the_memory_that_many_log_ins_can_afford():
    from config.passwords import Argon2Hasher

    kept = Argon2Hasher().encode(PASSWORD, "saltsaltsalt")

    assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert Argon2Hasher().verify(PASSWORD, kept)
    assert not Argon2Hasher().verify("another one entirely", kept)


def test_nobody_sends_their_mails_elsewhere_by_themselves(client, worker):
    client.force_login(worker)

    added = client.post("/accounts/email/", {"action_add": "", "email": "elsewhere@example.com"})
    made_first = client.post("/accounts/email/", {"action_primary": "", "email": "elsewhere@example.com"})

    assert (added.status_code, made_first.status_code, client.get("/accounts/email/").status_code) == (404, 404, 404)
    worker.refresh_from_db()
    assert worker.email == "kawata@example.jp"
