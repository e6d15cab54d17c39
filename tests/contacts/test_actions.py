"""Logging, changing, reporting, answering, deleting."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest

from contacts import actions
from contacts.actions import change_contact, log_contact
from contacts.models import ContactPoint, ReportRecipient
from crm.actions import customers, staff
from crm.audience import Audience
from crm.models import AuditEntry, Deal, User
from schedule.actions import AppointmentEntry, EndsBeforeStart, book, change_appointment
from schedule.models import Appointment
from tests.contacts.given import a_contact, a_next, an_entry, promised
from tests.make import TODAY, a_choice, a_customer, a_person, an_audience

pytestmark = pytest.mark.django_db


def an_appointment(owner: User, now: datetime) -> Appointment:
    return book(owner=owner, recorder=owner, entry=AppointmentEntry(starts_at=now - timedelta(hours=2), ends_at=now), now=now)[0]


def test_only_the_day_is_needed_and_no_customer(seller, now):
    contact = a_contact(seller, now, content="", has_time=False, ended_at=None)

    assert contact.state == "registered"
    assert contact.customer is None
    assert contact.number


def test_registering_tells_every_recipient_once(seller, boss, colleague, now):
    contact = a_contact(seller, now, report_to=[boss], notice_to=[colleague])

    assert promised("report") == ["report.mail", "report.notice"] * 2
    assert set(contact.recipients.values_list("user_id", "role")) == {(boss.pk, "report"), (colleague.pk, "notice")}


def test_a_changed_text_tells_nobody_and_a_new_recipient_is_the_only_one_told(seller, boss, colleague, now):
    contact = a_contact(seller, now, report_to=[boss])

    contact = change_contact(by=seller, contact=contact, version=1, entry=an_entry(now, content="訂正", report_to=[boss]), now=now)
    after_text = promised("report")
    change_contact(by=seller, contact=contact, version=2, entry=an_entry(now, report_to=[boss, colleague]), now=now)

    assert after_text == ["report.mail", "report.notice"]
    assert promised("report") == ["report.mail", "report.notice"] * 2


def test_who_was_taken_off_and_put_back_is_not_told_a_second_time(seller, boss, now):
    contact = a_contact(seller, now, report_to=[boss])

    contact = change_contact(by=seller, contact=contact, version=1, entry=an_entry(now), now=now)
    taken_off = list(contact.recipients.all())
    contact = change_contact(by=seller, contact=contact, version=2, entry=an_entry(now, report_to=[boss]), now=now)

    assert taken_off == []
    assert contact.recipients.get().user == boss
    assert promised("report") == ["report.mail", "report.notice"]


def test_a_draft_tells_nobody_books_nothing_and_only_owner_and_recorder_see_it(seller, boss, colleague, now):
    draft = a_contact(seller, now, draft=True, report_to=[boss], participants=[colleague], next=a_next(now))

    assert promised() == []
    assert draft.number is None
    assert draft.next_appointment is None
    assert not ContactPoint.objects.visible_to(boss).filter(pk=draft.pk).exists()
    assert not ContactPoint.objects.visible_to(colleague).filter(pk=draft.pk).exists()
    assert ContactPoint.objects.visible_to(seller).get().next_wanted


def test_registering_a_draft_tells_books_and_numbers(seller, boss, now):
    draft = a_contact(seller, now, draft=True, report_to=[boss], next=a_next(now))

    entry = an_entry(now, report_to=[boss], next=a_next(now))
    contact = change_contact(by=seller, contact=draft, version=1, entry=entry, now=now, register=True)

    assert (contact.state, bool(contact.number)) == ("registered", True)
    assert contact.next_appointment is not None
    assert promised("report") == ["report.mail", "report.notice"]


def test_the_next_appointment_carries_customer_people_deal_and_audience(seller, cast, now):
    customer = a_customer(recorder=seller)
    person = a_person(customer, recorder=seller)
    narrow = an_audience(cast.sales)

    contact = a_contact(seller, now, customer=customer, people=[person], audience=narrow, next=a_next(now, summary_note="契約"))

    ahead = Appointment.objects.visible_to(seller).get()
    assert contact.next_appointment == ahead
    assert (ahead.customer_id, ahead.summary_note, ahead.owner) == (customer.pk, "契約", seller)
    assert [row.person_id for row in ahead.people.all()] == [person.pk]
    assert Audience.of(ahead.scope) == narrow


def test_a_second_send_from_the_same_phone_changes_nothing(seller, boss, now):
    uid = uuid4()
    first, _new = log_contact(owner=seller, recorder=seller, entry=an_entry(now, report_to=[boss]), now=now, contact_id=uid)

    again, is_new = log_contact(owner=seller, recorder=seller, entry=an_entry(now, content="別の文"), now=now, contact_id=uid)

    assert (again, is_new, again.content) == (first, False, "見積を説明した。")
    assert promised("report") == ["report.mail", "report.notice"]


def test_an_id_of_somebody_else_is_refused(seller, colleague, now):
    contact = a_contact(seller, now)

    with pytest.raises(actions.IdTaken):
        a_contact(colleague, now, contact_id=contact.pk)


def test_a_clerk_enters_for_a_seller_who_allowed_it_and_the_seller_hears_of_it(seller, colleague, now):
    staff.delegate(by=None, principal=seller, agent=colleague)

    contact = a_contact(seller, now, recorder=colleague)

    assert (contact.owner, contact.recorder) == (seller, colleague)
    assert promised("behalf") == ["behalf.notice"]


def test_nobody_enters_for_others_without_leave(seller, colleague, now):
    with pytest.raises(actions.NotDelegated):
        a_contact(seller, now, recorder=colleague)


def test_a_contact_is_not_registered_before_it_happens_but_may_be_drafted(seller, now):
    tomorrow = {"started_at": now + timedelta(days=1), "ended_at": None}

    draft = a_contact(seller, now, draft=True, **tomorrow)

    assert draft.state == "draft"
    with pytest.raises(actions.MetInTheFuture):
        a_contact(seller, now, **tomorrow)


def test_people_and_deals_of_another_customer_are_refused(seller, now):
    customer, other = a_customer(recorder=seller), a_customer("別府商店", recorder=seller)
    person = a_person(other, recorder=seller)

    with pytest.raises(actions.PersonElsewhere):
        a_contact(seller, now, customer=customer, people=[person])
    with pytest.raises(actions.PersonElsewhere):
        a_contact(seller, now, people=[person])


def test_an_appointment_becomes_a_record_once(seller, now):
    appointment = an_appointment(seller, now)

    first = a_contact(seller, now, appointment=appointment)

    assert Appointment.objects.visible_to(seller).get().status == "done"
    with pytest.raises(actions.AlreadyFulfilled) as refused:
        a_contact(seller, now, appointment=appointment)
    assert refused.value.contact == first


def test_a_next_appointment_that_ends_before_it_starts_saves_nothing_at_all(seller, boss, now):
    backwards = replace(a_next(now), ends_at=now)

    with pytest.raises(EndsBeforeStart):
        a_contact(seller, now, report_to=[boss], next=backwards)

    assert not ContactPoint.objects.visible_to(seller).exists()
    assert promised() == []


def test_a_second_next_appointment_is_refused_while_the_first_stands(seller, now):
    contact = a_contact(seller, now, next=a_next(now))

    with pytest.raises(actions.NextAlreadyBooked):
        change_contact(by=seller, contact=contact, version=1, entry=an_entry(now, next=a_next(now, days=9)), now=now)


def test_a_change_on_an_old_version_is_refused_with_the_current_row(seller, now):
    contact = a_contact(seller, now)
    change_contact(by=seller, contact=contact, version=1, entry=an_entry(now, content="先に保存"), now=now)

    with pytest.raises(actions.StaleVersion) as refused:
        change_contact(by=seller, contact=contact, version=1, entry=an_entry(now, content="後から"), now=now)

    assert refused.value.current.content == "先に保存"


def test_what_the_editor_cannot_see_is_not_wiped_out_by_a_save(seller, colleague, cast, now):
    hidden = a_customer("極秘工業", recorder=colleague, audience=Audience())
    person = a_person(hidden, recorder=colleague)
    staff.delegate(by=None, principal=colleague, agent=seller)
    contact = a_contact(colleague, now, customer=hidden, people=[person])

    changed = change_contact(by=seller, contact=contact, version=1, entry=an_entry(now, content="代理で追記"), now=now)

    assert changed.customer_id == hidden.pk
    assert [row.person_id for row in changed.people.all()] == [person.pk]


def test_recipients_outside_the_audience_read_the_record_all_the_same(seller, outsider, cast, now):
    contact = a_contact(seller, now, audience=an_audience(cast.sales), report_to=[outsider])

    assert ContactPoint.objects.visible_to(outsider).get() == contact

    change_contact(by=seller, contact=contact, version=1, entry=an_entry(now, audience=an_audience(cast.sales)), now=now)
    assert not ContactPoint.objects.visible_to(outsider).exists()


def test_a_record_is_found_by_its_words_but_not_by_the_name_of_its_customer(seller, now):
    contact = a_contact(seller, now, customer=a_customer("青木建材", recorder=seller))

    assert "見積ヲ説明シタ" in contact.search_text
    assert str(contact.number) in contact.search_text
    assert "青木" not in contact.search_text


def test_numbers_grow_with_gaps(seller, now):
    numbers = [a_contact(seller, now).number for _ in range(20)]

    steps = {after - before for before, after in pairwise(numbers)}
    assert min(steps) >= 1
    assert len(steps) > 1


def test_what_lies_in_the_bin_is_seen_by_nobody_and_comes_back_as_it_was(seller, boss, now):
    contact = a_contact(seller, now, report_to=[boss])

    actions.delete_contact(by=seller, contact=contact, now=now)
    gone = [ContactPoint.objects.visible_to(user).exists() for user in (seller, boss)]
    in_bin = list(ContactPoint.objects.in_bin_of(seller, now))
    actions.restore_contact(by=seller, contact=contact, now=now)

    assert gone == [False, False]
    assert in_bin == [contact]
    assert ContactPoint.objects.visible_to(boss).get() == contact
    assert promised("report") == ["report.mail", "report.notice"]


def test_after_thirty_days_the_bin_is_empty(seller, now):
    actions.delete_contact(by=seller, contact=a_contact(seller, now), now=now)

    assert list(ContactPoint.objects.in_bin_of(seller, now + timedelta(days=30))) == []


def test_a_record_does_not_come_back_when_its_appointment_has_another(seller, now):
    appointment = an_appointment(seller, now)
    first = a_contact(seller, now, appointment=appointment)
    actions.delete_contact(by=seller, contact=first, now=now)
    a_contact(seller, now, appointment=appointment)

    with pytest.raises(actions.AlreadyFulfilled):
        actions.restore_contact(by=seller, contact=first, now=now)


def test_reading_and_answering_are_noted_and_the_writer_hears_the_answer(seller, boss, now):
    contact = a_contact(seller, now, report_to=[boss])

    actions.mark_read(reader=boss, contact=contact, now=now)
    actions.mark_read(reader=boss, contact=contact, now=now + timedelta(hours=1))
    answer = actions.reply(author=boss, contact=contact, body="承知しました。", now=now + timedelta(hours=1))
    actions.confirm(reader=boss, contact=contact, now=now + timedelta(hours=2))

    row = contact.recipients.get()
    assert (row.first_read_at, row.last_read_at) == (now, now + timedelta(hours=2))
    assert (row.read_version, row.confirmed_at) == (1, now + timedelta(hours=2))
    assert promised("reply") == ["reply.mail", "reply.notice"]
    assert answer.body == "承知しました。"


def test_the_writer_answering_back_tells_nobody_by_mail(seller, boss, now):
    contact = a_contact(seller, now, report_to=[boss])

    actions.reply(author=seller, contact=contact, body="補足します。", now=now)

    assert promised("reply") == []


def test_sending_again_is_its_own_deed_with_a_reason(seller, boss, now):
    contact = a_contact(seller, now, report_to=[boss])

    row = actions.send_again(by=seller, recipient=contact.recipients.get(), reason="金額を訂正", now=now)

    assert (row.sent_again_at, row.again_reason) == (now, "金額を訂正")
    assert promised("again") == ["again.mail", "again.notice"]


def test_nothing_is_sent_again_that_was_never_sent(seller, boss, now):
    draft = a_contact(seller, now, draft=True, report_to=[boss])

    with pytest.raises(actions.NotToldYet):
        actions.send_again(by=seller, recipient=draft.recipients.get(), now=now)


def test_expenses_people_and_participants_follow_what_was_entered(seller, boss, colleague, now):
    lines = [actions.ExpenseLine(origin="長崎", destination="諫早", amount_yen=960, round_trip=True), actions.ExpenseLine(amount_yen=200)]
    contact = a_contact(seller, now, expenses=lines, participants=[colleague, boss, colleague])

    changed = change_contact(by=seller, contact=contact, version=1, entry=an_entry(now, expenses=lines[:1], participants=[boss]), now=now)

    assert [line.amount_yen for line in changed.expenses.all()] == [960]
    assert [row.user for row in changed.participants.all()] == [boss]


def test_the_journal_holds_who_changed_what(seller, now):
    contact = a_contact(seller, now)
    change_contact(by=seller, contact=contact, version=1, entry=an_entry(now, content="二回目"), now=now)

    entry = AuditEntry.objects.filter(model="contacts.ContactPoint", verb="change").get()
    assert (entry.user, entry.before["content"], entry.after["content"]) == (seller, "見積を説明した。", "二回目")


def test_a_leaver_cannot_be_seen_to_read(seller, boss, now):
    contact = a_contact(seller, now, report_to=[boss])
    staff.leave(by=seller, user=boss, left_on=now.date(), today=now.date())

    assert not ContactPoint.objects.visible_to(User.objects.get(pk=boss.pk)).exists()
    assert ReportRecipient.objects.visible_to(seller).get().contact_id == contact.pk


def test_a_deal_of_another_customer_is_refused(seller, now):
    customer, other = a_customer(recorder=seller), a_customer("別府商店", recorder=seller)
    stage = a_choice("deal_stage")
    deal = customers.add_deal(by=seller, name="更新案件", stage=stage, audience=Audience.whole_company(), owner=seller, customer=other)

    with pytest.raises(actions.DealElsewhere):
        a_contact(seller, now, customer=customer, deal=deal)


def test_a_record_is_made_only_of_an_appointment_one_may_change(boss, outsider, now):
    appointment = an_appointment(boss, now)
    draft = a_contact(outsider, now, draft=True)

    with pytest.raises(actions.NotYourAppointment):
        a_contact(outsider, now, appointment=appointment)
    with pytest.raises(actions.NotYourAppointment):
        change_contact(by=outsider, contact=draft, version=1, entry=an_entry(now, appointment=appointment), now=now)

    assert Appointment.objects.visible_to(boss).get().status == "confirmed"


def test_a_binned_draft_comes_back_though_its_appointment_has_a_record(seller, now):
    appointment = an_appointment(seller, now)
    draft = actions.delete_contact(by=seller, contact=a_contact(seller, now, draft=True, appointment=appointment), now=now)
    a_contact(seller, now, appointment=appointment)

    assert actions.restore_contact(by=seller, contact=draft, now=now).deleted_at is None


def test_who_may_no_longer_enter_for_the_owner_registers_no_draft_of_theirs(boss, outsider, now):
    leave = staff.delegate(by=None, principal=boss, agent=outsider)
    draft = a_contact(boss, now, recorder=outsider, draft=True)
    staff.end_delegation(by=boss, delegation=leave, last_on=TODAY - timedelta(days=1), now=now)

    kept = change_contact(by=outsider, contact=draft, version=1, entry=an_entry(now, content="つづき"), now=now)
    with pytest.raises(actions.NotDelegated):
        change_contact(by=outsider, contact=kept, version=2, entry=an_entry(now), now=now, register=True)

    assert kept.content == "つづき"


def test_an_unregistered_draft_lets_go_of_an_appointment_that_is_no_longer_the_recorders(boss, outsider, now):
    staff.delegate(by=None, principal=boss, agent=outsider)
    appointment = an_appointment(boss, now)
    draft = a_contact(boss, now, recorder=outsider, draft=True, appointment=appointment)
    hidden = replace(appointment_entry(now), audience=Audience())
    change_appointment(by=boss, appointment=appointment, version=1, entry=hidden, now=now)

    made = change_contact(by=outsider, contact=draft, version=1, entry=an_entry(now), now=now, register=True)

    assert (made.state, made.appointment) == ("registered", None)


def test_a_hidden_deal_that_does_not_fit_the_new_customer_is_dropped_without_a_word(boss, outsider, now):
    staff.delegate(by=None, principal=boss, agent=outsider)
    old, new = a_customer("旧", recorder=boss), a_customer("新", recorder=boss)
    deal = a_hidden_deal(boss, customer=old)
    contact = a_contact(boss, now, customer=old, deal=deal)

    kept = change_contact(by=outsider, contact=contact, version=1, entry=an_entry(now, customer=old), now=now)
    moved = change_contact(by=outsider, contact=kept, version=2, entry=an_entry(now, customer=new), now=now)

    assert kept.deal == deal
    assert (moved.customer, moved.deal) == (new, None)


def test_a_hidden_customer_makes_way_for_a_deal_of_another(boss, outsider, now):
    staff.delegate(by=None, principal=boss, agent=outsider)
    hidden = a_customer("秘密", recorder=boss, audience=an_audience(people=(boss,)))
    contact = a_contact(boss, now, customer=hidden, people=[a_person(hidden, recorder=boss)])
    firm = a_customer("公開", recorder=boss)
    stage = a_choice("deal_stage", "商談中", semantic="open")
    deal = customers.add_deal(by=boss, name="公開の案件", stage=stage, audience=Audience.whole_company(), owner=boss, customer=firm)

    changed = change_contact(by=outsider, contact=contact, version=1, entry=an_entry(now, deal=deal), now=now)

    assert (changed.customer, changed.deal, changed.people.count()) == (None, deal, 0)


def test_a_hidden_next_appointment_makes_way_for_a_new_one(boss, outsider, now):
    staff.delegate(by=None, principal=boss, agent=outsider)
    contact = a_contact(boss, now, next=a_next(now))
    first = contact.next_appointment
    hidden = replace(appointment_entry(now), audience=Audience())
    change_appointment(by=boss, appointment=first, version=1, entry=hidden, now=now)

    changed = change_contact(by=outsider, contact=contact, version=1, entry=an_entry(now, next=a_next(now, days=9)), now=now)

    assert changed.next_appointment not in (None, first)


def test_a_hidden_customer_ties_no_two_records_together(boss, outsider, now):
    hidden = a_customer("秘密", recorder=boss, audience=an_audience(people=(boss,)))
    newer = a_contact(boss, now, customer=hidden)
    older = a_contact(boss, now, customer=hidden, started_at=now - timedelta(days=1), ended_at=None)

    seen = {user: ContactPoint.objects.visible_to(user).next_to(newer, "older", user) for user in (boss, outsider)}

    assert seen == {boss: older, outsider: None}


def appointment_entry(now: datetime) -> AppointmentEntry:
    return AppointmentEntry(starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=1, hours=1))


def a_hidden_deal(owner: User, **fields: Any) -> Deal:
    stage = a_choice("deal_stage", "商談中", semantic="open")
    return customers.add_deal(by=owner, name="極秘", stage=stage, audience=an_audience(people=(owner,)), owner=owner, **fields)
