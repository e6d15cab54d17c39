"""What may be done with what is told: give and read notices, take back an answer, keep a mail, try a delivery again."""

from reports.actions.mails import keep_mail, try_again
from reports.actions.notices import give_notice, open_notice, read_all_notices
from reports.actions.reading import OnItsWay, read_report, take_back_reply

__all__ = ["OnItsWay", "give_notice", "keep_mail", "open_notice", "read_all_notices", "read_report", "take_back_reply", "try_again"]
