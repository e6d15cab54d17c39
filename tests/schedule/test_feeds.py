"""What a calendar app reads by its link, now and after things have changed."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from crm import outbox
from crm.actions import customers, staff
from crm.audience import Audience
from crm.models import Membership
from schedule import contents
from schedule.actions import (
    MOST_FEEDS,
    TooManyFeeds,
    add_feed,
    cancel,
    change_appointment,
    delete_appointment,
    restore_appointment,
    revoke_feed,
)
from schedule.models import CalendarFeed, FeedShell
from tests.conftest import Cast
from tests.make import TODAY, a_customer, an_audience
from tests.schedule.given import a_link, an_appointment, an_entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


def read(client: Client, path: str, **headers: str) -> dict[str, str]:
    """Read a feed as a program does; return {title: status}."""
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert len({str(event["UID"]) for event in events}) == len(events) > 0
    return {str(event["SUMMARY"]): str(event.get("STATUS", "")) for event in events}


def feed_of(path: str) -> CalendarFeed:
    return CalendarFeed.objects.by_link(path.split("/")[2]).get()


def test_a_feed_shows_own_appointments_and_those_one_takes_part_in(cast: Cast, now: datetime, client: Client) -> None:
    an_appointment(cast.seller, now, summary_note="自分の")
    an_appointment(cast.boss, now, summary_note="同行", participants=[cast.seller])
    an_appointment(cast.boss, now, summary_note="別の人の")

    assert read(client, a_link(cast.seller, now)) == {"自分の": "CONFIRMED", "同行": "CONFIRMED"}


def test_a_unit_feed_shows_what_its_reader_may_see_of_the_people_in_it(cast: Cast, now: datetime, client: Client) -> None:
    an_appointment(cast.seller, now, summary_note="皆に")
    an_appointment(cast.seller, now, summary_note="営業だけ", audience=an_audience(cast.sales))
    an_appointment(cast.seller, now, summary_note="本人だけ", audience=Audience())
    an_appointment(cast.admin, now, summary_note="総務の")

    assert set(read(client, a_link(cast.boss, now, kind="unit", unit=cast.branch))) == {"皆に", "営業だけ"}
    assert set(read(client, a_link(cast.outsider, now, kind="unit", unit=cast.branch))) == {"皆に"}


def test_an_unchanged_feed_answers_304_with_one_query(cast: Cast, now: datetime, client: Client) -> None:
    an_appointment(cast.seller, now)
    path = a_link(cast.seller, now)
    first = client.get(path)

    with CaptureQueriesContext(connection) as asked:
        again = client.get(path, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content, len(asked)) == (304, b"", 1)
    assert {name: again[name] for name in ("ETag", "Last-Modified", "Cache-Control")} == {
        name: first[name] for name in ("ETag", "Last-Modified", "Cache-Control")
    }
    assert "Accept-Encoding" in again["Vary"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [('"x", {etag}', 304), ("{strong}", 304), ("*", 304), ('"x"', 200), ('W/"x"', 200), ("", 200), ("nonsense", 200)],
)
def test_validators_are_compared_as_the_rules_say(cast: Cast, now: datetime, client: Client, sent: str, status: int) -> None:
    path = a_link(cast.seller, now)
    etag = client.get(path)["ETag"]

    answer = client.get(path, headers={"If-None-Match": sent.format(etag=etag, strong=etag.removeprefix("W/"))})

    assert answer.status_code == status


def test_a_date_counts_only_where_there_is_no_tag(cast: Cast, now: datetime, client: Client) -> None:
    path = a_link(cast.seller, now)
    since = {"If-Modified-Since": client.get(path)["Last-Modified"]}

    assert client.get(path, headers=since).status_code == 304
    assert client.get(path, headers={**since, "If-None-Match": '"x"'}).status_code == 200
    an_appointment(cast.seller, now + timedelta(seconds=5))
    assert client.get(path, headers=since).status_code == 200


def test_every_change_changes_the_tag(cast: Cast, now: datetime, client: Client) -> None:
    path = a_link(cast.seller, now)
    tags = [client.get(path)["ETag"]]
    row = an_appointment(cast.seller, now)
    tags.append(client.get(path)["ETag"])
    change_appointment(by=cast.seller, appointment=row, version=1, entry=an_entry(now, place="本社"), now=now)
    tags.append(client.get(path)["ETag"])
    cancel(by=cast.seller, appointment=row, reason="", now=now)
    tags.append(client.get(path)["ETag"])
    with time_machine.travel(now + timedelta(days=15)):  # December: the window has moved
        tags.append(client.get(path)["ETag"])

    assert len(set(tags)) == len(tags)


def test_head_says_what_get_would_say(cast: Cast, now: datetime, client: Client) -> None:
    path = a_link(cast.seller, now)

    for headers in ({}, {"Accept-Encoding": "gzip"}):
        got, head = client.get(path, headers=headers), client.head(path, headers=headers)
        assert head.content == b""
        assert {name: head[name] for name in ("Content-Length", "ETag", "Content-Type")} == {
            "Content-Length": str(len(got.content)),
            "ETag": got["ETag"],
            "Content-Type": "text/calendar; charset=utf-8",
        }


def test_gzip_is_the_same_calendar_and_the_same_bytes_each_time(cast: Cast, now: datetime, client: Client) -> None:
    an_appointment(cast.seller, now)
    path = a_link(cast.seller, now)
    plain = client.get(path, headers={"Accept-Encoding": "gzip;q=0, br"})

    packed = [client.get(path, headers={"Accept-Encoding": "br, gzip"}) for _time in range(2)]

    assert "Content-Encoding" not in plain
    assert packed[0].content == packed[1].content
    assert gzip.decompress(packed[0].content) == plain.content


def test_the_answer_keeps_to_itself(cast: Cast, now: datetime, client: Client) -> None:
    path = a_link(cast.seller, now)

    answer = client.get(path + "?detail=full&owner=1")

    assert not answer.cookies
    assert answer["Cache-Control"] == "private, max-age=0, must-revalidate"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert path.split("/")[3].encode() not in answer.content
    assert answer.content == client.get(path).content, "the address carries no wishes"


def test_other_methods_are_refused(cast: Cast, now: datetime, client: Client) -> None:
    path = a_link(cast.seller, now)

    for method in ("post", "put", "delete", "options"):
        answer = getattr(client, method)(path)
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")


def test_an_unknown_link_and_a_wrong_secret_get_one_answer(cast: Cast, now: datetime, client: Client) -> None:
    path = a_link(cast.seller, now)
    wrong = path.replace(path.split("/")[3], "a" * 43)

    answers = [client.get(one) for one in (wrong, "/ical/0000000000000000/" + "a" * 43 + "/Setten.ics", "/ical/é/%F0%9F%98%80/Setten.ics")]

    assert {(one.status_code, one.content) for one in answers} == {(404, b"Not found.\n")}


def test_failures_are_noticed_and_never_shut_out_a_valid_link(
    cast: Cast, now: datetime, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    path = a_link(cast.seller, now)
    with caplog.at_level(logging.WARNING, logger="schedule.feeds"):
        statuses = {client.get("/ical/0000000000000000/x/Setten.ics").status_code for _time in range(40)}

    assert statuses == {404}
    assert len([line for line in caplog.records if "unknown calendar links" in line.message]) == 1
    assert client.get(path).status_code == 200


def test_the_secret_is_in_no_row_and_in_no_log(cast: Cast, now: datetime, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        path = a_link(cast.seller, now)
        client.get(path)
        client.get(path + "x")
        client.post(path)
    secret = path.split("/")[3]

    assert len(secret) == 43
    assert not any(secret in line.getMessage() for line in caplog.records if line.name != "django.db.backends")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            assert secret not in repr(cursor.fetchall()), table


def test_a_revoked_link_says_so_once_for_thirty_days_and_is_gone_after(cast: Cast, now: datetime, client: Client) -> None:
    an_appointment(cast.seller, now)
    path = a_link(cast.seller, now)
    before = client.get(path)["ETag"]
    revoke_feed(by=cast.seller, feed=feed_of(path), now=now)

    said = read(client, path, **{"If-None-Match": before})

    assert list(said) == ["このカレンダー配信は停止されました（Setten）"]
    with time_machine.travel(now + timedelta(days=29)):
        assert client.get(path).status_code == 200
    with time_machine.travel(now + timedelta(days=31)):
        assert client.get(path).status_code == 410


def test_a_leavers_link_ends_with_the_leaver(cast: Cast, now: datetime, client: Client) -> None:
    an_appointment(cast.seller, now, summary_note="秘密")
    path = a_link(cast.seller, now)
    before = client.get(path)["ETag"]

    staff.leave(by=cast.admin, user=cast.seller, left_on=TODAY, today=TODAY)

    answer = client.get(path, headers={"If-None-Match": before})
    assert answer.status_code == 200
    assert "秘密" not in answer.content.decode()
    with time_machine.travel(now + timedelta(days=40)):
        assert client.get(path).status_code == 410


def test_a_cancelled_one_stays_and_says_so(cast: Cast, now: datetime, client: Client) -> None:
    row = an_appointment(cast.seller, now, summary_note="見積")
    path = a_link(cast.seller, now)

    cancel(by=cast.seller, appointment=row, reason="", now=now)

    assert read(client, path) == {"【中止】見積": "CANCELLED"}


def test_a_deleted_one_leaves_a_shell_without_a_word_for_thirty_days(cast: Cast, now: datetime, client: Client) -> None:
    row = an_appointment(cast.seller, now, summary_note="消える")
    path = a_link(cast.seller, now)

    delete_appointment(by=cast.seller, appointment=row, now=now)

    assert read(client, path) == {"予定なし": "CANCELLED"}
    assert str(row.pk) in client.get(path).content.decode()
    with time_machine.travel(now + timedelta(days=31)):
        assert read(client, path) == {"この期間に予定はありません": ""}, "never empty: some programs would keep what they had"
    restore_appointment(by=cast.seller, appointment=row, now=now)
    assert read(client, path) == {"消える": "CONFIRMED"}


def test_who_is_taken_out_or_shut_out_is_left_with_a_shell_of_the_old_time(cast: Cast, now: datetime, client: Client) -> None:
    mine = a_link(cast.colleague, now)
    unit = a_link(cast.outsider, now, kind="unit", unit=cast.sales)
    row = an_appointment(cast.seller, now, summary_note="会議", participants=[cast.colleague])
    narrower = an_entry(now, days=3, summary_note="会議", audience=an_audience(cast.sales))

    change_appointment(by=cast.seller, appointment=row, version=1, entry=narrower, now=now)

    assert read(client, mine) == read(client, unit) == {"予定なし": "CANCELLED"}
    shells = FeedShell.objects.for_the_house("a test looks")
    assert {(one.starts_at, one.sequence) for one in shells} == {(row.starts_at, 2)}


def test_losing_a_unit_takes_its_appointments_out_of_the_feed_at_once(cast: Cast, now: datetime, client: Client) -> None:
    an_appointment(cast.seller, now, summary_note="営業だけ", audience=an_audience(cast.sales))
    path = a_link(cast.colleague, now, kind="unit", unit=cast.branch)
    before = client.get(path)["ETag"]
    post = Membership.objects.get(user=cast.colleague)

    staff.change_post(by=cast.admin, post=post, today=TODAY, unit=cast.office)

    assert "営業だけ" not in read(client, path, **{"If-None-Match": before})
    outbox.keep(now=now)
    assert read(client, path) == {"予定なし": "CANCELLED"}


def test_a_units_feed_drops_who_has_left_the_unit(cast: Cast, now: datetime, client: Client) -> None:
    an_appointment(cast.seller, now, summary_note="元営業")
    path = a_link(cast.boss, now, kind="unit", unit=cast.sales)
    before = client.get(path)["ETag"]

    staff.change_post(by=cast.admin, post=Membership.objects.get(user=cast.seller), today=TODAY, unit=cast.office)
    outbox.keep(now=now)

    assert read(client, path, **{"If-None-Match": before}) == {"予定なし": "CANCELLED"}


def test_a_hidden_customer_is_not_named(cast: Cast, now: datetime, client: Client) -> None:
    firm = a_customer("秘密商事", recorder=cast.seller, audience=an_audience(people=(cast.seller,)))
    an_appointment(cast.seller, now, customer=firm, summary_note="相談", participants=[cast.colleague])

    assert set(read(client, a_link(cast.seller, now))) == {"秘密商事 相談"}
    assert set(read(client, a_link(cast.colleague, now))) == {"相談"}
    assert "秘密商事" not in client.get(a_link(cast.colleague, now)).content.decode()


def test_feeds_follow_a_customers_name_and_audience(cast: Cast, now: datetime, client: Client) -> None:
    firm = a_customer("旧社名", recorder=cast.seller)
    an_appointment(cast.seller, now, customer=firm, participants=[cast.colleague])
    path = a_link(cast.colleague, now)
    before = client.get(path)

    customers.change_customer(by=cast.seller, customer=firm, version=1, name="新社名")
    outbox.keep(now=now)

    assert set(read(client, path, **{"If-None-Match": before["ETag"]})) == {"新社名"}
    customers.change_customer(by=cast.seller, customer=firm, version=2, audience=an_audience(people=(cast.seller,)))
    assert "新社名" not in client.get(path).content.decode(), "rights are looked up on every reading, also before the promise is kept"


def test_words_are_left_out_as_the_link_says(cast: Cast, now: datetime, client: Client) -> None:
    an_appointment(cast.seller, now, summary_note="相談", participants=[cast.boss])

    assert "田中" not in client.get(a_link(cast.seller, now, detail="title")).content.decode()
    assert set(read(client, a_link(cast.seller, now, detail="busy"))) == {"予定あり"}
    assert set(read(client, a_link(cast.seller, now, detail="busy", language="en"))) == {"Busy"}
    assert b"TRIGGER:-PT30M" in client.get(a_link(cast.seller, now, alarm_minutes=30)).content


def test_the_window_is_two_months_back_to_twelve_ahead(cast: Cast, now: datetime, client: Client) -> None:
    for days in (-90, -50, 0.1, 360, 420):
        an_appointment(cast.seller, now, days=days, summary_note=f"{days}")

    assert set(read(client, a_link(cast.seller, now))) == {"-50", "0.1", "360"}


def test_too_much_is_cut_from_the_far_past_first(cast: Cast, now: datetime, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for days in (-2, -1, 1, 2, 3):
        an_appointment(cast.seller, now, days=days, summary_note=f"{days}")
    path = a_link(cast.seller, now)

    monkeypatch.setattr(contents, "MOST_EVENTS", 4)
    assert set(read(client, path)) == {"-1", "1", "2", "3"}
    monkeypatch.setattr(contents, "MOST_EVENTS", 2)
    assert set(read(client, path)) == {"1", "2"}
    monkeypatch.setattr(contents, "MOST_EVENTS", 1_000)
    monkeypatch.setattr(contents, "MOST_BYTES", 1_500)
    assert "1" in read(client, path)
    assert len(client.get(path).content) < 2_500


def test_the_number_of_queries_does_not_grow_with_the_appointments(cast: Cast, now: datetime, client: Client) -> None:
    firm = a_customer(recorder=cast.seller)
    path = a_link(cast.seller, now)

    def asked() -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    an_appointment(cast.seller, now, customer=firm)
    few = asked()
    for days in range(8):
        an_appointment(cast.seller, now, days=days, customer=firm)

    assert asked() == few <= 9


def test_the_last_use_is_noted_once_an_hour(cast: Cast, now: datetime, client: Client) -> None:
    path = a_link(cast.seller, now)

    client.get(path, headers={"User-Agent": "Mozilla/5.0 Thunderbird/153\r\nx"})
    with CaptureQueriesContext(connection) as asked:
        client.get(path)

    noted = feed_of(path)
    assert (noted.last_used_at, noted.last_client) == (now, "Mozilla/5.0 Thunderbird/153 x")
    assert not any(one["sql"].startswith(("UPDATE", "INSERT", "DELETE")) for one in asked.captured_queries)


def test_a_person_has_twenty_links_at_most(cast: Cast, now: datetime) -> None:
    feeds = [add_feed(by=cast.seller, label=f"{number}", now=now)[0] for number in range(MOST_FEEDS)]
    with pytest.raises(TooManyFeeds):
        add_feed(by=cast.seller, label="21", now=now)

    revoke_feed(by=cast.seller, feed=feeds[0], now=now)

    assert add_feed(by=cast.seller, label="21", now=now)


def test_two_readings_are_the_same_bytes(cast: Cast, now: datetime, client: Client) -> None:
    for days in range(5):
        an_appointment(cast.seller, now, days=days)
    path = a_link(cast.seller, now)

    assert client.get(path).content == client.get(path).content


def test_a_hidden_appointment_moves_neither_tag_nor_time_of_a_units_feed(cast: Cast, now: datetime, client: Client) -> None:
    path = a_link(cast.outsider, now, kind="unit", unit=cast.sales)
    first, later = client.get(path), now + timedelta(minutes=5)
    hidden = an_appointment(cast.seller, later, audience=Audience())

    with time_machine.travel(later, tick=False):
        after_hidden = client.get(path)
        again = client.get(path, headers={"If-None-Match": first["ETag"]})
        delete_appointment(by=cast.seller, appointment=hidden, now=later)
        by_date = client.get(path, headers={"If-Modified-Since": first["Last-Modified"]})
        an_appointment(cast.seller, later, summary_note="皆に")
        after_shown = client.get(path, headers={"If-None-Match": first["ETag"]})

    assert {name: after_hidden[name] for name in ("ETag", "Last-Modified")} == {name: first[name] for name in ("ETag", "Last-Modified")}
    assert (again.status_code, by_date.status_code, after_shown.status_code) == (304, 304, 200)
    assert "皆に" in after_shown.content.decode()
    assert after_shown["ETag"] != first["ETag"]
    assert after_shown["Last-Modified"] > first["Last-Modified"]


def test_an_unchanged_units_feed_answers_304_with_one_query(cast: Cast, now: datetime, client: Client) -> None:
    path = a_link(cast.boss, now, kind="unit", unit=cast.sales)
    first = client.get(path)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        again = client.get(path, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, len(queries)) == (304, 1)
