"""What colleagues write below the records of the demo company, and who likes them."""

# {other} becomes a mention of the owner; each line of a talk is said by another person, the owner answers where it says so.
TALKS: tuple[tuple[tuple[str, str], ...], ...] = (
    (
        ("colleague", "{other} 先週うかがったお客様も同じ悩みでした。補助金の資料、共有フォルダーに入れておきます。"),
        ("owner", "助かります。次回の訪問で使わせてもらいます。"),
    ),
    (("colleague", "この会社、専務が決裁されます。次回は専務の予定も押さえたほうがよさそうです。"),),
    (
        ("head", "{other} よい進め方です。金額の条件だけ、見積を出す前に一度見せてください。"),
        ("owner", "承知しました。金曜の朝にお持ちします。"),
        ("colleague", "見積書のひな形が今月から新しくなっています。古いほうを使わないよう注意してください。"),
    ),
    (("colleague", "他社の後継機の納期が 3 か月延びているそうです。今が押しどころだと思います。"),),
    (
        ("colleague", "{other} 部品の在庫、昨日の時点で 2 台分ありました。必要なら取り置きします。"),
        ("owner", "2 台ともお願いします。今週中に返事をもらいます。"),
    ),
    (("head", "お疲れさまでした。対応の早さをお客様からも褒めていただきました。"),),
    (("colleague", "この件、課内会議で紹介してもらえませんか。同じ業種を回っているので参考にしたいです。"),),
)
# How a text read before its writer looked at it once more.
FIRST_WRITTEN = (("。", "。\n※数字は確認中。"), ("ました。", "た。"), ("です。", "とのこと。"))
