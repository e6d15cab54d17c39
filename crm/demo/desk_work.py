"""What the demo company can book, and what its people ask of themselves and of each other."""

from __future__ import annotations

# Japanese name, English name, how many people, note
FACILITIES: tuple[tuple[str, str, int | None, str], ...] = (
    ("第一会議室", "Meeting room 1", 12, "2階・大型モニターあり"),
    ("第二会議室", "Meeting room 2", 6, "2階"),
    ("応接室", "Reception room", 4, "1階"),
    ("Web会議ブース", "Video booth", 1, "3階"),
    ("社用車 長崎 500 さ 12-34", "Company car 12-34", 5, "カーナビ・ETCあり"),
    ("デモ機（複合機）", "Demonstration printer", None, "持ち出しは前日までに予約"),
)

TODOS = (
    "礼状を送る",
    "見積書を作成する",
    "カタログを郵送する",
    "次回の提案資料を準備する",
    "納期をメーカーに確認する",
    "議事録を共有する",
)

REQUESTS = (
    "見積の単価を確認してください",
    "次回の訪問に同行をお願いします",
    "契約書のひな形を送ってください",
    "デモ機の手配をお願いします",
    "請求先の変更を登録してください",
    "技術的な質問に回答をお願いします",
)
