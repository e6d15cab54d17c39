"""Common Japanese family and given names with their readings."""

from random import Random

KATAKANA = "".join(chr(code) for code in range(ord("ァ"), ord("ー") + 1))

_FAMILY = """
山口ヤマグチ 田中タナカ 中村ナカムラ 松尾マツオ 松本マツモト 山下ヤマシタ 吉田ヨシダ 森モリ 山本ヤマモト 前田マエダ 井上イノウエ 古賀コガ 坂本サカモト
村上ムラカミ 橋本ハシモト 中島ナカシマ 林ハヤシ 川口カワグチ 岩永イワナガ 浦川ウラカワ 本田ホンダ 池田イケダ 渡辺ワタナベ 後藤ゴトウ 木村キムラ 清水シミズ
緒方オガタ 宮崎ミヤザキ 荒木アラキ 西村ニシムラ 福田フクダ 上田ウエダ 原田ハラダ 石橋イシバシ 江口エグチ 大坪オオツボ 平山ヒラヤマ 馬場ババ 内田ウチダ
高橋タカハシ 野口ノグチ 島田シマダ 藤本フジモト 永田ナガタ 久保クボ 柴田シバタ 安武ヤスタケ 堤ツツミ 牟田ムタ 白石シライシ 溝口ミゾグチ 峰松ミネマツ
東島ヒガシジマ 大串オオグシ 深堀フカホリ 岩崎イワサキ 峰ミネ 田川タガワ 浜崎ハマサキ 山崎ヤマサキ 下田シモダ 小川オガワ 宮本ミヤモト 三浦ミウラ 草野クサノ
園田ソノダ 米田ヨネダ 村田ムラタ 有働ウドウ 冨永トミナガ 髙木タカキ 濵口ハマグチ 楠本クスモト 立石タテイシ 今村イマムラ 近藤コンドウ 河野カワノ 甲斐カイ
星野ホシノ 西田ニシダ 松永マツナガ 増田マスダ 吉村ヨシムラ 田代タシロ 尾崎オザキ 七條シチジョウ 野中ノナカ 梅野ウメノ 金子カネコ 徳永トクナガ 大石オオイシ
藤井フジイ 小林コバヤシ 北村キタムラ 末永スエナガ 平田ヒラタ 坂口サカグチ 早田ハヤタ 井手イデ 富田トミタ 黒木クロキ 田原タハラ 辻ツジ 岡オカ 副島ソエジマ
"""

_MALE = """
健一ケンイチ 大輔ダイスケ 誠マコト 浩二コウジ 隆タカシ 直樹ナオキ 拓也タクヤ 翔太ショウタ 康弘ヤスヒロ 和也カズヤ 修オサム 剛ツヨシ 亮リョウ 純ジュン 達也タツヤ 茂シゲル
智也トモヤ 雅人マサト 俊介シュンスケ 哲也テツヤ 英樹ヒデキ 裕司ユウジ 正樹マサキ 洋平ヨウヘイ 慎吾シンゴ 幸治コウジ 博之ヒロユキ 孝史タカシ 勇気ユウキ 陽介ヨウスケ 恭平キョウヘイ
信夫ノブオ 清キヨシ 昭彦アキヒコ 伸一シンイチ 篤志アツシ 圭介ケイスケ 義男ヨシオ 龍之介リュウノスケ 貴之タカユキ
"""

_FEMALE = """
美咲ミサキ 陽子ヨウコ 由美ユミ 恵子ケイコ 真由美マユミ 彩アヤ 直美ナオミ 智子トモコ 裕子ユウコ 早紀サキ 香織カオリ 久美子クミコ 奈々ナナ 千尋チヒロ 純子ジュンコ 明美アケミ
優花ユウカ 麻衣マイ 典子ノリコ 理恵リエ 和子カズコ 沙織サオリ 幸代サチヨ 綾乃アヤノ 文フミ 弥生ヤヨイ 遥ハルカ 京子キョウコ 結衣ユイ 葉子ヨウコ
"""


def _split(table: str) -> tuple[tuple[str, str], ...]:
    """Split "山口ヤマグチ" where the reading starts."""
    return tuple((word.rstrip(KATAKANA), word[len(word.rstrip(KATAKANA)) :]) for word in table.split())


FAMILY = _split(_FAMILY)
MALE = _split(_MALE)
FEMALE = _split(_FEMALE)


def draw(rng: Random, women: float = 0.35) -> tuple[str, str, str, str]:
    """Draw (family, given, family kana, given kana); `women` is the share of women."""
    family, family_kana = rng.choice(FAMILY)
    given, given_kana = rng.choice(FEMALE if rng.random() < women else MALE)
    return family, given, family_kana, given_kana
