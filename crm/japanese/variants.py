"""Old and variant kanji of names, each with the form it is searched by.

Pairs of (as written in the family register, as usually typed), from the common variants of the Jinmeiyo and Joyo
tables plus 髙 and 﨑, which NFKC leaves alone. A stored name keeps its own form; only keys use this table.
"""

_PAIRS = """
髙高 﨑崎 嵜崎 齋斉 齊斉 斎斉 邊辺 邉辺 濱浜 濵浜 澤沢 廣広 國国 學学 櫻桜 嶋島 嶌島 眞真 龍竜 瀧滝 榮栄 惠恵 德徳 藏蔵 靜静 壽寿 條条
實実 將将 𠮷吉 峯峰 冨富 遙遥 彌弥 豐豊 禮礼 圓円 舘館 鐵鉄 鉃鉄 會会 縣県 區区 驛駅 醫医 藥薬 鹽塩 寬寛 瀨瀬 賴頼 曾曽 桒桑 槇槙 檜桧
桺柳 穗穂 萬万 與与 來来 兒児 圖図 應応 戶戸 户戸 淺浅 淵渕 渊渕 藪薮 鷗鴎 蘆芦 祗祇 靑青 黑黒 黃黄 橫横 增増 塲場 當当 經経 濟済 總総
團団 寶宝 廳庁 關関 劍剣 劔剣 勳勲 參参 吳呉 嚴厳 壯壮 奧奥 姬姫 專専 對対 巢巣 敎教 晉晋 曉暁 樂楽 樣様 步歩 歸帰 氣気 淸清 溫温 灣湾
爲為 狹狭 產産 畫画 礪砺 祿禄 稻稲 絲糸 綠緑 繩縄 繪絵 聲声 臺台 薰薫 藝芸 賣売 轉転 鄕郷 鄉郷 鎭鎮 鑄鋳 隱隠 雜雑 雙双 靈霊 顏顔 顯顕
驒騨 鷄鶏 雞鶏 麥麦 點点 齒歯 龜亀 亞亜 惡悪 壓圧 圍囲 壹壱 舊旧 擴拡 覺覚 卷巻 莊荘 莖茎 勸勧 觀観 假仮 價価 檢検 險険 效効 號号 鑛鉱
廢廃 拂払 佛仏 變変 邨村 辨弁 瓣弁 辯弁 舖舗 萠萌 槪概 卽即 旣既 鄰隣 涉渉 緖緒 曻昇 昻昂 埜野 疊畳 燒焼 乘乗 獻献 盡尽 續続 屬属 數数
體体 臟臓 澁渋 澀渋 釋釈 處処 證証 稱称 讓譲 釀醸 觸触 寢寝 粹粋 醉酔 隨随 髓髄 樞枢 纖繊
"""
VARIANTS: dict[int, str] = {ord(pair[0]): pair[1] for pair in _PAIRS.split()}
