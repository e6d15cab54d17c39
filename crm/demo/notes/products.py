"""What the demo company sells: each product with the reasons, remarks and parts its notes are made of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """`price` is in units of 10,000 yen, lowest and highest."""

    key: str
    name: str
    models: tuple[str, ...]
    price: tuple[int, int]
    sites: tuple[str, ...]
    needs: tuple[str, ...]  # noun phrases: why somebody wants one
    facts: tuple[str, ...]  # noun phrases: what speaks for it
    parts: tuple[str, ...]  # consumables and spare parts
    faults: tuple[str, ...]  # what goes wrong, "…が…" without a full stop
    english: str


def _product(key: str, name: str, english: str, price: tuple[int, int], *tables: str) -> Product:
    """Read one product; each table is words separated by bars: models, sites, needs, facts, parts, faults."""
    models, sites, needs, facts, parts, faults = (tuple(word.strip() for word in table.split("|")) for table in tables)
    return Product(key, name, models, price, sites, needs, facts, parts, faults, english)


PRODUCTS: tuple[Product, ...] = (
    _product(
        "compressor",
        "インバーターコンプレッサー",
        "Inverter compressor",
        (180, 620),
        "AV-22D|AV-37D|AV-55W",
        "コンプレッサー室|第一工場|第二工場|塗装ライン",
        "夏場の圧力低下|電気代の上昇|既設機の老朽化（15年超）|夜間の騒音|ドレンの処理費",
        "台数制御で電力を15％ほど減らせる点|低騒音型で建屋の外に出さずに済む点|漏れ診断と組み合わせられる点|補助金の対象になりうる点",
        "エアフィルター|オイルセパレーター|専用オイル 20L|Vベルト",
        "吐出温度が上がって停止する|ドレンがラインまで回っている|起動時に異音がする|設定圧まで上がらない",
    ),
    _product(
        "pump",
        "高効率ポンプユニット",
        "High-efficiency pump unit",
        (60, 280),
        "MP-40|MP-65S|MP-80V",
        "ポンプ室|循環ライン|冷却塔まわり|受水槽",
        "軸封からの漏れ|流量不足|部品の供給終了|停電時の手動復旧|省エネ法の定期報告の手間",
        "メカシール交換が現場で30分で済む点|並列運転で片側を止めずに点検できる点|既設の配管をそのまま使える点|省スペースで基礎工事が要らない点",
        "メカニカルシール|インペラ|軸受セット|フート弁",
        "軸受から異音が出ている|締切でも圧力が上がらない|シール部から水が垂れている|過電流でトリップする",
    ),
    _product(
        "chiller",
        "冷凍冷蔵ユニット",
        "Cold storage unit",
        (240, 900),
        "RF-10|RF-20N|RF-32N",
        "冷蔵庫 2号室|出荷場|急速凍結室|原料倉庫",
        "庫内温度のばらつき|フロンの切替え期限|霜付きによる停止|HACCPの温度記録|繁忙期の能力不足",
        "自然冷媒で将来の入替えが要らない点|扉の開閉が多くても温度が戻るのが早い点|温度記録を自動で残せる点|夜間蓄冷で契約電力を抑えられる点",
        "温度センサー|ドアパッキン|霜取りヒーター|ファンモーター",
        "庫内が設定より4度高い|霜取りが終わらない|室外機のファンが止まる|警報が夜間に数回鳴っている",
    ),
    _product(
        "conveyor",
        "搬送コンベヤ",
        "Conveyor",
        (120, 760),
        "CB-300|CB-450|CR-600",
        "梱包ライン|選別ライン|出荷場|検査工程",
        "人手不足|手積みによる腰の負担|ラインの組替え|荷傷み|処理能力の頭打ち",
        "ベルトを工具なしで外して洗える点|段取り替えが10分で済む点|既存ラインの高さに合わせられる点|センサー連動で詰まりを防げる点",
        "搬送ベルト|駆動ローラー|光電センサー|チェーン",
        "ベルトが片寄る|センサーが誤検知する|乗り継ぎで製品が倒れる|モーターが熱を持つ",
    ),
    _product(
        "tools",
        "超硬切削工具",
        "Carbide cutting tools",
        (8, 90),
        "EX4-10|EX4-16|TN-1204",
        "マシニング工程|旋盤工程|治具場|量産ライン",
        "工具費の高止まり|難削材の寿命の短さ|加工時間の短縮要請|びびり|納期の遅れ",
        "ステンレスで寿命が1.6倍に伸びた試験結果|送りを2割上げられる点|再研磨を含めた単価で比べられる点|1本から翌日に届けられる点",
        "インサート 10個入り|エンドミル φ10|ホルダー|クーラント 20L",
        "刃先が20分で欠ける|面粗さが出ない|切りくずが絡む|寸法が午後からずれる",
    ),
    _product(
        "measure",
        "画像測定機",
        "Vision measuring machine",
        (320, 980),
        "VM-200|VM-300Z|VM-400Z",
        "検査室|品質保証課|受入検査|出荷検査",
        "全数検査の負担|測定者によるばらつき|取引先からの工程能力の要求|記録の転記ミス|検査待ちの滞留",
        "置くだけで30か所を数秒で測れる点|結果をそのまま成績書にできる点|温度補正が付いている点|校正まで当社で引き受けられる点",
        "照明ユニット|校正用ゲージ|測定治具|ソフトウェア年間保守",
        "繰返し精度が出ない|原点復帰で止まる|成績書の様式が崩れる|照明がちらつく",
    ),
    _product(
        "plc",
        "制御盤・PLC更新",
        "Control panel and PLC renewal",
        (150, 840),
        "PX-3|PX-5|PX-5R",
        "制御室|充填ライン|第二工場|排水処理場",
        "生産終了品の在庫切れ|プログラムを読める人の退職|停電後の復旧|監視の遠隔化|データの見える化",
        "休日2日で切替えられる点|既設の配線を残して盤だけ替えられる点|スマートフォンに警報を送れる点|旧プログラムの解析から請け負える点",
        "バッテリー|入出力ユニット|タッチパネル|リレー",
        "バッテリー警報が消えない|通信が日に数回切れる|タッチパネルの下段が効かない|起動時に原点を見失う",
    ),
    _product(
        "robot",
        "協働ロボット",
        "Collaborative robot",
        (380, 1200),
        "CR-5|CR-10|CR-10L",
        "箱詰め工程|溶接工程|検査工程|部品供給工程",
        "夜勤の人員確保|単純作業の離職|検査の見逃し|少量多品種への対応|溶接工の高齢化",
        "柵なしで既存の通路に置ける点|現場の方が2日で教示を覚えられる点|リースで月額にできる点|ハンドを替えて3工程に使える点",
        "真空パッド|ハンド一式|ケーブルカバー|教示ペンダント",
        "接触検知で頻繁に止まる|吸着ミスが続く|教示点がずれる|ケーブルが干渉する",
    ),
    _product(
        "hvac",
        "工場用空調・スポット冷房",
        "Factory air conditioning",
        (90, 680),
        "AC-8|AC-14S|AC-28",
        "組立場|検品室|事務所棟|仮設倉庫",
        "熱中症対策の義務化|夏場の作業者の負担|結露による不良|電気室の温度上昇|老朽化による能力低下",
        "ゾーンごとに止められる点|ダクト工事なしで据え付けられる点|熱中症対策の助成に載せられる点|更新後の電気代の試算を出せる点",
        "フィルター|ドレンポンプ|リモコン|加湿エレメント",
        "風が出ない吹出口がある|水が垂れる|リモコンにエラーが出る|室外機が振動する",
    ),
    _product(
        "dust",
        "集塵機・局所排気",
        "Dust collector",
        (110, 520),
        "DC-15|DC-22P|DC-37P",
        "研磨場|切断場|木工場|粉体投入口",
        "作業環境測定の結果|粉じんによる故障|溶接ヒュームの規制|毎日1時間の清掃|近隣からの苦情",
        "フィルターの交換が年1回で済む点|風量を自動で調整する点|測定から届出書類まで手伝える点|ダクトを既設のまま使える点",
        "カートリッジフィルター|パルス弁|ダストバケット|フレキダクト",
        "差圧が下がらない|吸込みが弱い|排気に粉が混じる|払落しの音が大きい",
    ),
    _product(
        "washer",
        "高圧洗浄装置",
        "High-pressure washer",
        (35, 240),
        "HW-10|HW-15H|HW-20H",
        "洗車場|加工場|解体場|厨房",
        "洗浄時間の短縮|水道代|落ちない油汚れ|ノズルの摩耗|冬場の凍結",
        "温水で洗剤を半分にできる点|ホースを20mまで延ばせる点|操作弁が手元にあって安全な点|保管時に水抜きが要らない点",
        "ノズル|高圧ホース 20m|パッキンセット|洗剤 18L",
        "圧が上がらない|ホースの継手から漏れる|バーナーが着火しない|ノズルが詰まる",
    ),
    _product(
        "packing",
        "自動包装機",
        "Packaging machine",
        (260, 880),
        "PK-60|PK-90|PK-120S",
        "包装室|出荷場|第二ライン|袋詰め工程",
        "包装資材の値上げ|シール不良|人手のかかる箱詰め|表示の印字ミス|小袋化の要望",
        "薄いフィルムでもシールが安定する点|品種の切替えが5分で済む点|印字検査を同じ機械でできる点|毎分60袋でも音が静かな点",
        "シールバー|カッター刃|フィルム|印字リボン",
        "シールが片側だけ弱い|フィルムが蛇行する|印字がかすれる|袋の長さがばらつく",
    ),
    _product(
        "led",
        "高天井LED照明",
        "High-bay LED lighting",
        (40, 320),
        "LH-150|LH-200|LH-240E",
        "倉庫|体育館|組立場|荷捌き場",
        "水銀灯の生産終了|電気代|球替えの高所作業|照度不足の指摘|検査工程の見えにくさ",
        "既設の吊り金具が使える点|センサーで消し忘れがなくなる点|5年保証が付く点|3年で元が取れる試算",
        "電源ユニット|人感センサー|落下防止ワイヤー|予備灯具",
        "数台がちらつく|点灯まで時間がかかる|センサーが反応しない|1列だけ点かない",
    ),
    _product(
        "boiler",
        "小型貫流ボイラー",
        "Compact boiler",
        (280, 760),
        "SB-500|SB-750|SB-1000",
        "ボイラー室|殺菌工程|洗濯工場|浴場設備",
        "燃料費の高騰|資格者の退職|蒸気圧の変動|重油からガスへの転換|更新時期",
        "資格なしで扱える点|必要な台数だけ動かせる点|ガス転換の補助に載せられる点|遠隔で水質を見られる点",
        "水面計|軟水器の塩|点火プラグ|給水ポンプ",
        "着火に2回失敗する|低水位で止まる|蒸気に水が混じる|煙突から黒煙が出る",
    ),
    _product(
        "battery",
        "フォークリフト・荷役機器",
        "Forklifts and handling",
        (90, 460),
        "FL-15E|FL-20E|FL-25E",
        "荷捌き場|製品倉庫|冷蔵倉庫|資材置場",
        "バッテリーの劣化|エンジン車の排気|通路の狭さ|オペレーター不足|構内事故の防止",
        "昼休みの補充電で1日持つ点|通路幅2.4mで旋回できる点|後方カメラが標準で付く点|リース満了時の引取りまで含められる点",
        "バッテリー液|タイヤ|フォーク爪|警報ブザー",
        "半日で電池が切れる|マストが途中で引っかかる|ブレーキが甘い|充電器がエラーになる",
    ),
    _product(
        "safety",
        "安全保護具・環境用品",
        "Safety supplies",
        (3, 45),
        "WS-1|WS-2|KT-30",
        "全工場|溶接場|塗装場|外注作業員",
        "墜落制止用器具の期限切れ|防毒マスクの規格改正|夏場の熱中症|在庫のばらつき|労基署の指摘",
        "サイズ交換を当社で受けられる点|点検記録を一覧で出せる点|まとめ買いで1割下げられる点|名入れまで2週間で済む点",
        "保護めがね|耐切創手袋|防じんマスク|空調服のバッテリー",
        "サイズが合わない|レンズが曇る|バッテリーが昼まで持たない|留め具が割れた",
    ),
    _product(
        "farm",
        "農業用ポンプ・防除機",
        "Farm pumps and sprayers",
        (12, 140),
        "AG-25|AG-40|AG-50S",
        "ハウス 3棟|選果場|用水路|果樹園",
        "水量不足|燃料代|防除の手間|鳥獣対策|古い機械の部品切れ",
        "1人で動かせる軽さ|燃費が前の型より2割よい点|スマートフォンで弁を開け閉めできる点|冬の間に整備まで預かれる点",
        "吸水ホース|Vパッキン|動噴ノズル|燃料フィルター",
        "エンジンがかからない|吸い上げない|圧力計が振れる|ホースの根元が裂けた",
    ),
    _product(
        "generator",
        "非常用発電機・蓄電池",
        "Standby power",
        (140, 920),
        "GN-20|GN-45|BS-10",
        "電気室|屋上|給水設備|施設本館",
        "停電時の事業継続|消防点検での指摘|燃料の保管|台風時の停電|ピーク電力の抑制",
        "72時間連続で動かせる点|蓄電池と組み合わせられる点|点検報告書まで当社で作れる点|既設の切替盤を使える点",
        "始動用バッテリー|燃料ホース|冷却水|エアクリーナー",
        "試運転で始動しない|冷却水が減っている|切替盤が戻らない|警報ランプが点いたままになる",
    ),
)

BY_KEY = {product.key: product for product in PRODUCTS}

# Bought by the piece: nobody installs, inspects or repairs them.
GOODS = {"tools", "safety"}

# Where things stand when it is not a factory.
SITES: dict[str, tuple[str, ...]] = {
    "agriculture": ("ハウス", "作業場", "選果場", "果樹園"),
    "construction": ("資材置場", "現場事務所", "加工場", "整備工場"),
    "shipbuilding": ("第一ドック", "艤装岸壁", "組立場", "塗装場"),
    "wholesale": ("倉庫", "選別場", "配送センター"),
    "retail": ("売場", "バックヤード", "本店", "配送センター"),
    "logistics": ("荷捌き場", "第一倉庫", "冷蔵倉庫", "整備場"),
    "hospitality": ("本館 機械室", "大浴場", "厨房", "別館"),
    "medical": ("本館 機械室", "厨房", "新病棟", "リネン室"),
    "education": ("体育館", "本館", "特別教室棟", "給食室"),
    "service": ("洗い場", "作業場", "倉庫"),
    "public": ("庁舎", "ポンプ場", "体育館", "処理場"),
}

BY_INDUSTRY: dict[str, tuple[str, ...]] = {
    "agriculture": ("farm", "chiller", "washer", "battery", "packing", "generator"),
    "construction": ("compressor", "safety", "generator", "pump", "led", "washer"),
    "food": ("chiller", "packing", "conveyor", "boiler", "washer", "plc"),
    "metal": ("tools", "compressor", "dust", "measure", "robot", "safety"),
    "electronics": ("measure", "hvac", "plc", "robot", "compressor", "dust"),
    "chemical": ("pump", "plc", "dust", "boiler", "safety", "hvac"),
    "shipbuilding": ("compressor", "tools", "safety", "pump", "dust", "generator"),
    "manufacturing": ("robot", "packing", "dust", "led", "hvac", "conveyor"),
    "wholesale": ("led", "battery", "conveyor", "chiller", "hvac"),
    "retail": ("led", "chiller", "hvac", "generator"),
    "logistics": ("battery", "conveyor", "led", "hvac", "safety"),
    "hospitality": ("boiler", "chiller", "hvac", "washer", "pump"),
    "medical": ("generator", "boiler", "hvac", "pump", "led"),
    "education": ("led", "hvac", "generator", "pump"),
    "service": ("washer", "hvac", "led", "boiler"),
    "public": ("generator", "pump", "led", "plc"),
}
