"""Japanese text as people type it. Dates, times, numbers and phones stand in test_japanese_readers.py."""

import re
import unicodedata
from itertools import pairwise

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.japanese import (
    KANA_KEY_LENGTH,
    KANA_ROWS,
    TextTooLong,
    UncleanText,
    clean_text,
    fold,
    full_width_kana,
    is_kana,
    kana_row,
    kana_sort_key,
    name_key,
    row_bounds,
    search_key,
    searchable,
    terms,
    to_kana,
)

MEGABYTE = 1_000_000
# What breaks folding, if anything does: marks that compose, case that grows, letters that only NFKC knows, separators.
NASTY = st.text(
    alphabet="かガｶﾞ゛゜\u3099\u309aー-・ \u3000\u200b\ufe0f\U000e0100ΐßİ㈱(株)（有）髙﨑㌔①ァっ0３ヽゞ\u0345\u0301", max_size=30
)
ANY_TEXT = st.text(max_size=60) | NASTY


def test_control_characters_and_direction_marks_do_not_get_into_a_record():
    assert clean_text("青\0木\x07\x9b\x1b", limit=20) == "青木"
    assert clean_text("photo\u202egnp.exe\u2066\u200f", limit=20) == "photognp.exe"
    assert clean_text("\ufeff青\u200b木", limit=20) == "青木"


def test_every_kind_of_line_end_becomes_one_kind():
    assert clean_text("一\r\n二\r三\x0b四\x0c五\x85六\u2028七\u2029八\n\n九", limit=50) == "一\n二\n三\n四\n五\n六\n七\n八\n\n九"
    assert clean_text("\n\u3000字下げ\t表 \n\n", limit=50) == "\u3000字下げ\t表"


def test_a_name_is_one_line_and_keeps_its_wide_space():
    assert clean_text(" 坂田\u3000純\r\n\t様 ", limit=20, lines=False) == "坂田\u3000純 様"


def test_the_letters_of_a_name_are_never_changed():
    for name in ("\ufa19山", "髙﨑", "葛\U000e0100城", "ｱｵｷ㈱①", "か\u3099", "👨‍👩‍👧"):
        assert clean_text(name, limit=20) == name


def test_a_text_over_the_limit_tells_both_lengths():
    with pytest.raises(TextTooLong) as refused:
        clean_text("あ" * MEGABYTE, limit=20_000)

    assert (refused.value.length, refused.value.limit) == (MEGABYTE, 20_000)
    assert clean_text("あ\r\n" * 10, limit=20) == "\n".join("あ" * 10)


def test_half_characters_are_refused():
    with pytest.raises(UncleanText):
        clean_text("青\ud800木", limit=20)


@settings(deadline=None)
@given(st.text(alphabet=st.characters(), max_size=80), st.booleans())
def test_a_cleaned_text_holds_nothing_forbidden_and_stays_as_it_is(text, lines):
    try:
        clean = clean_text(text, limit=60, lines=lines)
    except (TextTooLong, UncleanText):
        return

    kept = {"\n", "\t"} if lines else set()
    assert not [char for char in clean if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") and char not in kept]
    assert not re.search("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", clean)
    assert clean_text(clean, limit=60, lines=lines) == clean


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("髙﨑商店", "高崎商店"),
        ("齋藤", "斉藤"),
        ("齊藤", "斎藤"),
        ("渡邊", "渡辺"),
        ("渡邉", "渡辺"),
        ("濵田", "浜田"),
        ("金澤", "金沢"),
        ("𠮷野家", "吉野家"),
        ("\ufa19山", "神山"),
        ("葛\U000e0100城", "葛城"),
        ("ｱｵｷﾘﾋﾞﾝｸﾞ", "あおきリビング"),
        ("キヤノン", "きゃのん"),
        ("ＡＯＫＩ", "aoki"),
        ("㈱青木", "株式会社青木"),
        ("（株）青木", "(株) 青木"),
        ("坂田\u3000純", "坂田純"),
        ("ジョン・スミス", "ジョンスミス"),
        ("A-001", "Ａ００１"),
        ("03ー1234−5678", "0312345678"),
        ("青\u200b木", "青木"),
    ],
)
def test_a_search_finds_what_is_written_differently(written, typed):
    assert fold(written) == fold(typed) == search_key(typed)


def test_a_long_vowel_is_no_hyphen():
    assert fold("ビール") != fold("ビル")


@pytest.mark.parametrize(
    "name",
    [
        *(
            "株式会社青木",
            "青木株式会社",
            "青木㈱",
            "（株）青木",
            "㍿青木",
            "有限会社 青木",
            "青木合同会社",
            "一般社団法人青木",
            "医療法人社団 青木",
            "(医)青木",
        ),
        *("特定非営利活動法人青木", "ＮＰＯ法人青木", "学校法人　青木", "株式会社 青木 ㈱"),
    ],
)
def test_a_name_is_compared_without_its_legal_form(name):
    assert name_key(name) == "青木"


@pytest.mark.parametrize(
    "name",
    ["Aoki Co., Ltd.", "AOKI CO.,LTD.", "Aoki, Inc.", "aoki LLC", "Aoki Corporation", "K.K. Aoki", "Ａｏｋｉ　Ｋ．Ｋ．", "Aoki & Co."],
)
def test_english_legal_forms_go_too(name):
    assert name_key(name) == "aoki"


@pytest.mark.parametrize("name", ["Zinc", "株式会社", "㈱", "Inc.", "カ)アオキ", "アオキ(カ", "Cisco"])
def test_a_name_never_vanishes_with_its_legal_form(name):
    assert name_key(name) in {"zinc", "株式会社", "inc.", "アオキ", "cisco"}


def test_a_record_is_found_by_its_phone_in_any_writing():
    text = searchable("株式会社 青木", None, "", "アオキ", "+81 3-1234-5678", "夜は(06)6123-4567まで", "青木")

    assert text.split(" ") == [
        "株式会社青木",
        "アオキ",
        "+81312345678",
        "夜ハ(06)61234567マデ",
        "青木",
        "0312345678",
        "0661234567",
    ]
    for query in (
        "03-1234-5678",
        "03 1234 5678",
        "０３（１２３４）５６７８",
        "+81-3-1234-5678",
        "03ー1234",
        "(06)6123",
        "株式会社あおき",
        "青木㈱",
    ):
        assert all(word in text for word in terms(query)), query


def test_a_query_is_split_into_words():
    assert terms("　渡邉　東京 渡辺 ") == ["渡辺", "東京"]
    assert terms("2026-11 1.5 (株)") == ["202611", "1.5", "株式会社"]
    assert terms(" \0 - ・ ") == []
    assert terms("青木株式会社 ㈱青木") == ["青木"]


def test_a_huge_query_is_cut():
    assert len(terms(" ".join(f"語{n}" for n in range(100)))) == 10
    assert sum(map(len, terms("あ" * MEGABYTE))) <= 200


@settings(max_examples=400, deadline=None)
@given(ANY_TEXT)
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)
    assert not re.search(r"\s", fold(text))


@settings(deadline=None)
@given(ANY_TEXT)
def test_a_record_is_found_by_its_own_name(name):
    assert all(word in searchable(name) for word in (fold(part) for part in name.split()))


@pytest.mark.parametrize(
    "piece", ["あ", "\ufdfa", "か゛", "a b ", "株式会社", "co ", "(", "-", "0 ", "0123-", "0123456789 ", ".,", "\u0345", "ー", "\0"]
)
def test_a_megabyte_of_anything_is_answered(piece):
    text = piece * (MEGABYTE // len(piece))

    assert len(fold(text)) <= 50_000
    assert len(name_key(text)) <= 20_000
    assert len(kana_sort_key(text)) <= KANA_KEY_LENGTH
    assert len(terms(text)) <= 10
    assert searchable(text) is not None


def test_a_reading_becomes_full_width_katakana():
    assert to_kana("あおき　ﾘﾋﾞﾝｸﾞ") == "アオキ リビング"
    assert full_width_kana("㈱ｱｵｷ ﾊﾟｰｸ ABC") == "㈱アオキ パーク ABC"
    assert is_kana("アオキ・リビング 2 ゴウテン")
    assert is_kana("ヴォーグ A&B")
    assert not is_kana("青木")


_ORDER = "アー アア アアイ アイ カ ガ カア ガア キ キャ キヤ ハ バ パ ハア ハッカ ハツカ ヒ ヤ ヨ ラ ワ ヰ ヱ ヲ ン"
IN_ORDER = _ORDER.split()


def test_readings_sort_as_in_a_dictionary():
    assert sorted(set(IN_ORDER), key=kana_sort_key) == IN_ORDER


def test_a_reading_sorts_alike_in_any_writing():
    assert kana_sort_key("がっこう") == kana_sort_key("ｶﾞｯｺｳ") == kana_sort_key("ガッ コウ")
    assert kana_sort_key("カブシキガイシャアオキ") == kana_sort_key("アオキ ㈱") == kana_sort_key("アオキ")
    assert (
        kana_sort_key("") == kana_sort_key("★☆") > kana_sort_key("龍") > kana_sort_key("3M") > kana_sort_key("Zebra") > kana_sort_key("ン")
    )


@pytest.mark.parametrize(
    ("text", "row"),
    [
        *(
            ("アオキ", "あ"),
            ("ヴォーグ", "あ"),
            ("ガスト", "か"),
            ("ｻﾞｷ", "さ"),
            ("っだ", "た"),
            ("の", "な"),
            ("パン", "は"),
            ("む", "ま"),
            ("ゆう", "や"),
        ),
        *(
            ("ろく", "ら"),
            ("ん", "わ"),
            ("を", "わ"),
            ("Aoki", "英"),
            ("ａ", "英"),
            ("é", "英"),
            ("3M", "他"),
            ("青木", "他"),
            ("", "他"),
            ("株式会社わかば", "わ"),
        ),
    ],
)
def test_the_index_heading_is_the_row_of_the_first_sound(text, row):
    assert kana_row(text) == row


def test_the_headings_follow_each_other_without_a_gap():
    bounds = [row_bounds(row) for row in KANA_ROWS]

    assert all(before[1] == after[0] for before, after in pairwise(bounds))
    with pytest.raises(KeyError):
        row_bounds("x")


@settings(deadline=None)
@given(ANY_TEXT)
def test_every_text_has_a_key_within_its_heading(text):
    key = kana_sort_key(text)
    first, behind = row_bounds(kana_row(text))

    assert re.fullmatch("[0-9]{2,200}", key)
    assert first <= key < behind


@pytest.mark.django_db
def test_the_database_sorts_the_keys_as_python_does():
    keys = sorted({kana_sort_key(text) for text in (*IN_ORDER, "", "青木", "Aoki", "Aa", "Ch", "3M", "𠮷田", "é", "アオキリビング")})
    collations = (
        ["", ' COLLATE "C"', ' COLLATE "en-x-icu"', ' COLLATE "ja-x-icu"', ' COLLATE "da-x-icu"']
        if connection.vendor == "postgresql"
        else [""]
    )
    values = " UNION ALL ".join(["SELECT %s AS k"] * len(keys))

    with connection.cursor() as cursor:
        for collation in collations:
            cursor.execute(f"SELECT k FROM ({values}) AS keys ORDER BY k{collation}", keys[::-1])
            assert [row[0] for row in cursor.fetchall()] == keys


@pytest.mark.django_db
@given(words=st.lists(st.text("アイウカガキギサザタダッツハバパヒビピヤャユュヨョワンヴ", min_size=1, max_size=6), min_size=2, max_size=40))
@settings(max_examples=25, deadline=None)
def test_postgresql_agrees_with_the_order_of_readings(words):
    if connection.vendor != "postgresql":
        words = sorted(set(words), key=kana_sort_key)
    else:
        with connection.cursor() as cursor:
            cursor.execute('SELECT w FROM unnest(%s::text[]) AS w ORDER BY w COLLATE "ja-x-icu"', [sorted(set(words))])
            words = [row[0] for row in cursor.fetchall()]

    keys = [kana_sort_key(word) for word in words]
    assert keys == sorted(keys)
