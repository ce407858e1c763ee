"""Words for what a person is: ethnicity, origin, religion, health, belief. In Chinese, pinyin, initials, English."""

from __future__ import annotations

# Whole words of a column's name, between its underscores.
COLUMN_WORDS = frozenset(
    {"nation", "race", "racial", "tribe", "caste", "minority", "clan", "uyghur", "uighur", "tibetan", "han", "hui"}
    | {"belief", "faith", "church", "mosque", "sect", "cult", "muslim", "christian", "buddhist"}
    | {"origin", "origins", "native", "hometown", "birthplace", "province", "domicile", "dialect", "accent", "outsider"}
    | {"health", "sick", "patient", "hiv", "aids", "psychiatric", "mental", "genetic", "gene", "dna", "cancer"}
    | {"political", "sexuality"}
    | {"mz", "mzdm", "mzmc", "zjxy", "zjxydm", "jg", "jgdm", "csd", "csddm", "fy", "sheng"}
    | {"hj", "hjd", "hjdz", "hjss", "hjssx", "hjszd", "hjxz", "hklx", "hkszd", "hkxz"}
    | {"jkzk", "jkzt", "jkm", "jbmc", "jbzd", "jbs", "bs", "bszy", "cjr", "cjlb", "cjlx", "cjdj", "xuexing", "yunfu"}
    | {"zzmm", "zzmmdm"}
)

# What may not stand anywhere in a column's name, with or without underscores.
COLUMN_STEMS = (
    *("ethnic", "nationality", "minzu", "shaoshuminzu", "zuqun", "weiwuer", "skincolo"),
    *("religio", "zongjiao", "xinyang", "xinjiao", "musilin", "yisilan"),
    *("hukou", "huji", "hometown", "birthplace", "nativeplace", "placeoforigin", "jiguan", "chushengdi", "laojia"),
    *("waidi", "waisheng", "shengfen", "fangyan", "originprovince"),
    *(
        "disease",
        "illness",
        "diagnos",
        "disab",
        "pregnan",
        "medical",
        "dementia",
        "alzheimer",
        "depressi",
        "diabet",
        "bloodtype",
    ),
    *("jibing", "bingshi", "canji", "jiankangma", "jiankangzhuang", "huaiyun", "jingshenbing", "chidai", "healthcode"),
    *("zhengzhimianmao",),
)

# The ethnic groups of the state's list (GB/T 3304) that are told by more than one character; the others with 族.
_GROUPS = (
    "蒙古 维吾尔 布依 朝鲜 土家 哈尼 哈萨克 傈僳 高山 拉祜 东乡 纳西 景颇 柯尔克孜 达斡尔 仫佬 布朗 撒拉 毛南 仡佬"
    " 锡伯 阿昌 普米 塔吉克 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
    " 汉 回 藏 苗 彝 壮 满 侗 瑶 白 傣 黎 佤 畲 水 土 羌 怒 京"
)
_ALONE = ("维吾尔", "哈萨克", "柯尔克孜", "塔吉克", "乌孜别克", "塔塔尔", "达斡尔", "鄂温克", "鄂伦春", "蒙古人")

# What a text constant, a pattern or a list's name may not speak of.
TEXT_WORDS = (
    *("民族", "族别", "族裔", "种族", "少数族", "民考", "肤色"),
    *(f"{group}族" for group in _GROUPS.split()),
    *_ALONE,
    *("宗教", "信仰", "信教", "教徒", "信徒", "传教", "穆斯林", "清真", "伊斯兰", "基督", "天主教", "佛教", "道教"),
    *("教会", "教堂", "礼拜"),
    *(
        "籍贯",
        "出生地",
        "户籍",
        "户口",
        "原籍",
        "老家",
        "同乡",
        "外地人",
        "外地籍",
        "外省人",
        "外来人",
        "外来务工",
        "本地人",
        "省籍",
        "方言",
        "口音",
    ),
    *("疾病", "患病", "病史", "病人", "患者", "精神障碍", "精神病", "心理障碍", "抑郁", "残疾", "残障", "怀孕", "孕妇"),
    *("艾滋", "癌", "肿瘤", "高血压", "糖尿病", "肝炎", "结核", "痴呆", "失智", "认知障碍", "传染病", "慢性病"),
    *("健康码", "健康状况", "血型", "基因"),
    *("政治面貌", "性取向"),
    *("ethnic", "uyghur", "uighur", "muslim", "islam", "christian", "buddhis", "religio", "minority", "tibetan"),
    *("hukou", "disabled", "pregnan", "dementia", "minzu", "zongjiao", "weiwuer", "huizu", "zangzu"),
)

# As a whole constant one of them tells where somebody comes from; in an address it is a street.
_PROVINCES = (
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州"
    " 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门"
)
PROVINCES = frozenset(_PROVINCES.split())
PROVINCE_ENDS = ("特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市", "籍", "人")

# Plates of these alone are asked for to find people by where they come from.
PLATES = ("新", "藏")
