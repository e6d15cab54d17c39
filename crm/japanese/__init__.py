"""Japanese text as people write it: cleaning, searching, kana order, dates, times, numbers and phones.

Pure functions: no database, no Django. Whatever cannot be read ends in a subclass of Unreadable that says why.
"""

from crm.japanese.dates import FIRST_YEAR, LAST_YEAR, DateDoubt, DateFault, UnreadableDate, format_date, parse_date
from crm.japanese.legalforms import split_legal_form
from crm.japanese.numbers import NumberFault, UnreadableNumber, parse_decimal, parse_int
from crm.japanese.order import KANA_KEY_LENGTH, KANA_ROWS, kana_row, kana_sort_key, row_bounds
from crm.japanese.phones import Phone, clean_phone
from crm.japanese.search import fold, name_key, search_key, searchable, terms
from crm.japanese.style import DateStyle, activate_date_style, current_date_style, date_style_of
from crm.japanese.text import TextTooLong, UncleanText, clean_text, full_width_kana, is_kana, to_kana
from crm.japanese.times import TimeFault, UnreadableTime, format_time, parse_time
from crm.japanese.unreadable import Unreadable

__all__ = [
    "FIRST_YEAR",
    "KANA_KEY_LENGTH",
    "KANA_ROWS",
    "LAST_YEAR",
    "DateDoubt",
    "DateFault",
    "DateStyle",
    "NumberFault",
    "Phone",
    "TextTooLong",
    "TimeFault",
    "UncleanText",
    "Unreadable",
    "UnreadableDate",
    "UnreadableNumber",
    "UnreadableTime",
    "activate_date_style",
    "clean_phone",
    "clean_text",
    "current_date_style",
    "date_style_of",
    "fold",
    "format_date",
    "format_time",
    "full_width_kana",
    "is_kana",
    "kana_row",
    "kana_sort_key",
    "name_key",
    "parse_date",
    "parse_decimal",
    "parse_int",
    "parse_time",
    "row_bounds",
    "search_key",
    "searchable",
    "split_legal_form",
    "terms",
    "to_kana",
]
