"""Legal forms of Japanese organisations, which a name is neither sorted nor compared by."""

import re
from collections.abc import Callable, Sequence

_COMPANIES = ("株式会社", "有限会社", "合同会社", "合資会社", "合名会社")
_OTHERS = """
特例有限会社 相互会社 一般社団法人 公益社団法人 社団法人 一般財団法人 公益財団法人 財団法人 社会医療法人社団 社会医療法人財団
社会医療法人 特定医療法人 医療法人社団 医療法人財団 医療法人 社会福祉法人 学校法人 準学校法人 宗教法人 特定非営利活動法人
認定特定非営利活動法人 認定NPO法人 NPO法人 地方独立行政法人 独立行政法人 国立研究開発法人 国立大学法人 公立大学法人 監査法人
有限責任監査法人 税理士法人 弁護士法人 弁理士法人 特許業務法人 司法書士法人 行政書士法人 土地家屋調査士法人 社会保険労務士法人
農事組合法人 有限責任事業組合 更生保護法人 管理組合法人 企業組合 協業組合 (株) (有) (同) (資) (名) (社) (財) (一社) (一財) (公社)
(公財) (医) (社医) (学) (福) (社福) (宗) (特非) (独) (地独) (企) (協)
"""
_READINGS = """
カブシキガイシャ カブシキカイシャ ユウゲンガイシャ ユウゲンカイシャ ゴウドウガイシャ ゴウシガイシャ ゴウメイガイシャ
ソウゴガイシャ イッパンシャダンホウジン コウエキシャダンホウジン シャダンホウジン イッパンザイダンホウジン
コウエキザイダンホウジン ザイダンホウジン シャカイイリョウホウジン イリョウホウジンシャダン イリョウホウジンザイダン
イリョウホウジン シャカイフクシホウジン ガッコウホウジン シュウキョウホウジン トクテイヒエイリカツドウホウジン
エヌピーオーホウジン ドクリツギョウセイホウジン カンサホウジン ゼイリシホウジン ベンゴシホウジン シホウショシホウジン
ギョウセイショシホウジン (カ) (ユ) (ド)
"""
# Bank statements abbreviate with an open bracket: カ)アオキ in front, アオキ(カ behind.
_FRONT_ONLY = ("カ)", "ユ)", "ド)", "シャ)", "ザイ)", "イ)", "ガク)", "フク)")
_BACK_ONLY = ("(カ", "(ユ", "(ド")

# English forms need a boundary before them, or Zinc would lose its inc.
_ENGLISH_BACK = re.compile(
    r"(?:^|[\s,.&)]|(?<=[^\x00-\x7f]))(?:co\.?\s*,?\s*ltd|company\s*,?\s*limited|pty\.?\s*ltd|pte\.?\s*ltd|inc|incorporated|co|ltd|limited|corp"
    r"|corporation|company|l\.?l\.?c|l\.?l\.?p|k\.?\s?k|g\.\s?k|plc|gmbh|b\.v)\.?[\s,]*$"
)
_ENGLISH_FRONT = re.compile(r"^(?:k\.\s?k\.|kk\s)\s*")
_LOOSE_ENDS = ",.&、。 "


def stripper(form: Callable[[str], str], *, others: bool = True) -> Callable[[str], str]:
    """Return a function that takes legal forms off both ends of a name, until nothing but a legal form would be left.

    form: what was done to the names, to be done to the legal forms as well.
    others: False leaves anything but the five kinds of company in place.
    """
    both = (*_COMPANIES, *_OTHERS.split(), *_READINGS.split()) if others else _COMPANIES
    front = _longest_first(form, (*both, *_FRONT_ONLY) if others else both)
    back = _longest_first(form, (*both, *_BACK_ONLY) if others else both)

    def without_forms(name: str) -> str:
        while True:
            shorter = next((name[len(f) :] for f in front if name.startswith(f)), name)
            shorter = next((shorter[: -len(f)] for f in back if shorter.endswith(f)), shorter)
            if not shorter or shorter == name:
                return name
            name = shorter

    return without_forms


def _longest_first(form: Callable[[str], str], names: Sequence[str]) -> list[str]:
    return sorted({form(name) for name in names}, key=len, reverse=True)


def without_english_form(name: str) -> str:
    """Return a casefolded name without Inc., Co., Ltd. and the like behind it, or K.K. before it."""
    name = _ENGLISH_FRONT.sub("", name) or name
    while shorter := _ENGLISH_BACK.sub("", name).rstrip(_LOOSE_ENDS):
        if shorter == name:
            break
        name = shorter
    return name


_MARKS = str.maketrans({"㈱": "(株)", "㈲": "(有)", "㈳": "(社)", "㈶": "(財)", "㍿": "株式会社", "（": "(", "）": ")"})
_WHOLE = {
    "(株)": "株式会社",
    "(有)": "有限会社",
    "(同)": "合同会社",
    "(資)": "合資会社",
    "(名)": "合名会社",
    "(一社)": "一般社団法人",
    "(一財)": "一般財団法人",
    "(公社)": "公益社団法人",
    "(公財)": "公益財団法人",
    "(医)": "医療法人",
    "(学)": "学校法人",
    "(福)": "社会福祉法人",
    "(社福)": "社会福祉法人",
    "(特非)": "特定非営利活動法人",
}
_SPLIT = sorted({form for form in (*_COMPANIES, *_OTHERS.split()) if not form.startswith("(")} | set(_WHOLE), key=len, reverse=True)


def split_legal_form(name: str) -> tuple[str, bool, str]:
    """Split a pasted name: ("株式会社", True, "青木建材") from 株式会社青木建材; True means the form stands before the name.

    An abbreviation is written out: 青木㈱ gives ("株式会社", False, "青木"). Without a form the name stays as it is.
    """
    name = name.strip()
    for form in _SPLIT:
        # Abbreviations are recognised through their marks; the name itself keeps every character.
        for before in (True, False):
            if bare := _without(name, form, before=before):
                return _WHOLE.get(form, form), before, bare
    return "", True, name


def _without(name: str, form: str, *, before: bool) -> str:
    for length in range(1, min(len(form), len(name) - 1) + 1):
        part, bare = (name[:length], name[length:]) if before else (name[-length:], name[:-length])
        if part.translate(_MARKS) == form:
            return bare.strip()
    return ""
