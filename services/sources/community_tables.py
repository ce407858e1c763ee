"""The tables of the community system, as its vendor documents them: pinyin names, codes, local times as text.

Moments are 14 digits of Shanghai time (``20261121143207``), days are 8. Both sides use this
module: the source to read, the demo district to create what it then fills.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, String, Table

METADATA = MetaData()


def _text(name: str, length: int) -> Column[str]:
    return Column(name, String(length), nullable=False, default="")


XIAOQU = Table(  # 小区
    "xiaoqu",
    METADATA,
    Column("xqbh", String(8), primary_key=True),
    _text("xqmc", 30),
    _text("lkzb", 1000),  # 轮廓坐标 lon,lat;lon,lat (CGCS2000)
    _text("sbzt", 1),  # 设备状态 1 在线 0 失联
    _text("sqbh", 12),  # 社区编号 331002002001
    Index("ix_xiaoqu_sq", "sqbh"),
)
LOUDONG = Table(  # 楼栋
    "loudong",
    METADATA,
    Column("ldbh", String(12), primary_key=True),
    _text("xqbh", 8),
    _text("ldmc", 20),
    _text("lkzb", 1000),
    Column("snsyl", Float),  # 室内栓压力 MPa
    Index("ix_loudong_xq", "xqbh"),
)
DANYUAN = Table(  # 单元
    "danyuan",
    METADATA,
    Column("ldbh", String(12), primary_key=True),
    Column("dyxh", Integer, primary_key=True),
    _text("dtqk", 40),  # 电梯情况
    _text("dcyt", 40),  # 底层用途
)
FANGWU = Table(  # 房屋
    "fangwu",
    METADATA,
    Column("fwbh", String(16), primary_key=True),
    _text("ldbh", 12),
    Column("dyxh", Integer, nullable=False),
    Column("szlc", Integer, nullable=False),  # 所在楼层
    Column("hxwz", Integer, nullable=False),  # 户型位置 0 起
    _text("fwyt", 1),  # 1 自住 2 出租 3 空置 9 未知
    Column("czdj", Integer, nullable=False, default=0),  # 出租已登记
    Index("ix_fangwu_ld", "ldbh"),
)
RENYUAN = Table(  # 人员
    "renyuan",
    METADATA,
    Column("rybh", String(16), primary_key=True),
    _text("xm", 20),
    _text("xb", 1),  # 1 男 2 女
    _text("csrq", 8),
    _text("rylb", 1),  # 1 常住 2 流动
    _text("hjss", 10),  # 户籍省
    _text("xqbh", 8),
    _text("fwbh", 16),
    Column("djbz", Integer, nullable=False),  # 居住登记标志
    _text("djrq", 8),
    _text("zxrq", 8),  # 注销日期, empty while he lives here
    Index("ix_renyuan_xq", "xqbh"),
)
CHUZUFANG = Table(  # 出租房
    "chuzufang",
    METADATA,
    Column("fwbh", String(16), primary_key=True),
    Column("lgsgl", Integer, nullable=False),  # 旅馆式管理
    _text("htdq", 8),  # 合同到期
    Column("jcyq", Integer, nullable=False),  # 检查逾期
    Column("dhy", Integer, nullable=False),  # 待核验
    Column("js", Integer),  # 间数
    Column("mj", Float),  # 面积 m2
    _text("qzrq", 8),  # 起租
    Column("aqm", Integer, nullable=False, default=0),  # 安全码 0 未查 1 绿 2 黄 3 橙 4 红
    _text("jcrq", 8),  # 最近检查
    Column("cgrs", Integer),  # 近 14 日常出入人数
    Column("xcrs", Integer, nullable=False, default=0),  # 其中未报入住的新面孔
    _text("xcrq", 8),  # 新面孔首次出现
)
JIUFEN = Table(  # 矛盾纠纷
    "jiufen",
    METADATA,
    Column("jfbh", String(16), primary_key=True),
    _text("jflx", 20),
    _text("slrq", 8),  # 受理
    _text("dqrq", 8),  # 到期
    _text("hjrq", 8),  # 化解, empty while open
    _text("djsj", 14),  # 登记时刻, empty in old rows
    _text("jfsy", 30),  # 事由
    _text("xqbh", 8),
    _text("ldbh", 12),
    _text("hhbm", 4000),  # 申请户别名, by comma
    _text("dfmc", 60),  # 对方
    _text("dfbm", 30),  # 对方别名; DW… is a body
    Column("jtbz", Integer, nullable=False, default=0),  # 联名标志
    _text("sqnr", 800),  # 诉求
    _text("ly", 2),  # 来源 1 窗口 2 电话 3 网格 4 浙里办 5 警务室 6 上级转办
    Column("blbz", Integer, nullable=False, default=0),  # 暴力标志
    Column("jjbz", Integer, nullable=False, default=0),  # 110 接警标志
    _text("tjy", 20),  # 调解员
    _text("hf7", 8),  # 回访日期
    _text("hf30", 8),
    _text("hf90", 8),
    Index("ix_jiufen_slrq", "slrq"),
)
LAOREN = Table(  # 独居老人
    "laoren",
    METADATA,
    Column("lrbh", String(12), primary_key=True),
    _text("xm", 20),
    _text("fwbh", 16),
    _text("ldbh", 12),
    _text("gllb", 1),  # 管理类别 1 高风险 2 重点 3 一般
    _text("sbbh", 12),  # 水表
    _text("wcdq", 14),  # 外出报备至
    _text("wcsm", 40),
    _text("xcjh", 60),  # 下次计划
    _text("tfdq", 8),  # 下次探访
)
TANFANG = Table(  # 探访
    "tanfang",
    METADATA,
    Column("tfbh", String(16), primary_key=True),
    _text("lrbh", 12),
    _text("ydrq", 8),  # 应到
    _text("sdrq", 8),  # 实到
)
LRSB = Table(  # 老人设备
    "lrsb",
    METADATA,
    Column("sbbh", String(16), primary_key=True),
    _text("lrbh", 12),
    _text("sblx", 2),  # 01 门磁 02 人体 03 按钮 04 跌倒雷达 05 手环 06 烟感 07 燃气
    _text("zhsj", 14),  # 最后上报
    Index("ix_lrsb_lr", "lrbh"),
)
LRSJ = Table(  # 老人设备事件
    "lrsj",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    _text("lsh", 24),
    _text("sbbh", 16),
    _text("lrbh", 12),
    _text("sjlx", 2),  # 01 门磁 02 活动 03 用电变化 04 出门 05 求助 06 跌倒 07 恢复 08 烟感 09 燃气 10 体征 11 回家
    Column("sz", Float),
    _text("dw", 8),
    Column("cxbz", Integer, nullable=False, default=0),  # 设备自标超限: 0 否 1 超限 2 严重
    _text("fssj", 14),
    Index("ix_lrsj_sj", "fssj"),
)
LXR = Table(  # 老人联系人
    "lxr",
    METADATA,
    Column("lrbh", String(12), primary_key=True),
    Column("sx", Integer, primary_key=True),  # 联系顺序
    _text("gx", 10),
    _text("xm", 20),
    _text("dh", 16),
)
HUJIAO = Table(  # 外呼记录
    "hujiao",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    _text("lsh", 24),
    _text("lrbh", 12),
    _text("dx", 1),  # 对象 1 本人 2 家属 3 邻居 4 网格员 5 公安 6 急救
    Column("sx", Integer, nullable=False, default=0),  # 家属的联系顺序
    _text("jg", 1),  # 结果 1 接通平安 2 接通异常 3 未接 4 空号 5 拒接
    _text("fs", 1),  # 方式 1 机器人 2 人工
    _text("hjsj", 14),
)
TYS = Table(  # 同意书
    "tys",
    METADATA,
    Column("tybh", String(16), primary_key=True),
    _text("lrbh", 12),
    _text("qsr", 20),
    _text("gx", 10),
    _text("qsrq", 8),
    _text("syfw", 20),  # 1 用水 2 门磁 3 活动 4 出门 5 手环 6 按钮
    _text("chrq", 8),  # 撤回
)
ZDBH = Table(  # 重大变化: only when, never what
    "zdbh",
    METADATA,
    Column("lrbh", String(12), primary_key=True),
    Column("bhsj", String(14), primary_key=True),
)
HUODONG = Table(  # 老人活动: 门磁, 电话, 探访
    "huodong",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    _text("lrbh", 12),
    _text("hdlx", 10),
    _text("hdsj", 14),
    Index("ix_huodong_sj", "hdsj"),
)
SHEBEI = Table(  # 消防设备
    "shebei",
    METADATA,
    Column("sbbh", String(16), primary_key=True),
    _text("sblx", 10),
    _text("xqbh", 8),
    _text("zhsj", 14),  # 最后上报
    Column("bjbz", Integer, nullable=False),  # 报警标志
    Column("dlbfb", Integer, nullable=False),  # 电量 %
    _text("bz", 40),
    _text("ldbh", 12),
    Column("dyxh", Integer),  # 单元, none for the whole building or a street
    _text("azwz", 30),  # 安装位置
    _text("fwbh", 16),
    Column("jcz", Float),  # 监测值 of pressures, currents, temperatures
    _text("dw", 6),
    Column("jd", Float),
    Column("wd", Float),
    Index("ix_shebei_xq", "xqbh"),
)
XIAOFANG = Table(  # 消防设备上报
    "xiaofang",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    _text("lsh", 24),
    _text("sbbh", 16),
    _text("sblb", 1),  # 1 报警 2 恢复 3 故障 4 测值 5 充电特征
    Column("jcz", Float),
    Column("llz", Float),  # 流量 m3/h
    Column("qxj", Float),  # 倾斜角 °
    Column("dlbfb", Integer),
    _text("fssj", 14),
    Index("ix_xiaofang_sj", "fssj"),
)
ZUOYE = Table(  # 消火栓作业许可
    "zuoye",
    METADATA,
    Column("zybh", String(16), primary_key=True),
    _text("sbbh", 16),
    _text("kssj", 14),
    _text("jssj", 14),
    _text("zylx", 20),  # 测压, 维修
)
YINHUAN = Table(  # 隐患
    "yinhuan",
    METADATA,
    Column("yhbh", String(16), primary_key=True),
    _text("sblx", 10),
    _text("dqrq", 8),
    _text("zgrq", 8),  # 整改
    _text("sqbh", 12),
)
BIAOJI = Table(  # 表计
    "biaoji",
    METADATA,
    Column("bbh", String(16), primary_key=True),
    _text("blx", 1),  # 1 水 2 电 3 气
    _text("xqbh", 8),
    _text("fwbh", 16),
    _text("zhcb", 14),  # 最后抄表
    _text("bzt", 10),  # 状态: 正常 漏损 异常 报警
    Index("ix_biaoji_xq", "xqbh"),
)
CHAOBIAO = Table(  # 抄表记录
    "chaobiao",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    _text("lsh", 24),
    _text("bbh", 16),
    _text("cbsj", 14),
    Column("ljz", Float, nullable=False),  # 累计值
    _text("dw", 6),
    _text("ccbh", 20),  # 出厂编号, empty where the system does not tell
    Index("ix_chaobiao_bbh", "bbh", "cbsj"),
    Index("ix_chaobiao_xh", "bbh", "id"),
    Index("ix_chaobiao_sj", "cbsj"),
)
RANQI = Table(  # 燃气浓度上报
    "ranqi",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    _text("lsh", 24),
    _text("sbbh", 16),
    _text("fwbh", 16),
    _text("ldbh", 12),
    _text("xqbh", 8),
    Column("nd", Float, nullable=False),  # 浓度 % LEL
    _text("sbsj", 14),
    Index("ix_ranqi_sb", "sbbh", "sbsj"),
)
BAODIAN = Table(  # 保电户: 本人同意登记的用电保障户
    "baodian",
    METADATA,
    Column("fwbh", String(16), primary_key=True),
    _text("ldbh", 12),
    _text("tyrq", 8),  # 同意日期
    _text("zxrq", 8),  # 注销日期, empty while it holds
)
YONGLIANG = Table(  # 半小时用量
    "yongliang",
    METADATA,
    Column("xqbh", String(8), primary_key=True),
    Column("blx", String(1), primary_key=True),
    Column("sdsj", String(14), primary_key=True),  # 时段开始
    Column("yl", Float, nullable=False),
    Index("ix_yongliang_sj", "sdsj"),
)
MENJIN = Table(  # 门禁通行
    "menjin",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    _text("lsh", 24),
    _text("xqbh", 8),
    _text("mjmc", 20),
    _text("fx", 1),  # 1 进 2 出
    _text("rybm", 24),  # 人员别名
    _text("rylb", 2),  # 10 常住 20 流动 30 访客 40 配送保洁 50 物业 99 名单外
    Column("djbz", Integer, nullable=False),
    Column("czbz", Integer, nullable=False),
    Column("fkbz", Integer, nullable=False),
    _text("txsj", 14),
    _text("ldbh", 12),
    Column("wcnbz", Integer, nullable=False, default=0),  # 未成年
    Column("qsbz", Integer, nullable=False, default=0),  # 住户的亲属访问名单
    Column("ghbz", Integer, nullable=False, default=0),  # 防走失关护名单（本人或监护人同意）
    Column("txbz", Integer, nullable=False, default=0),  # 有人同行
    Index("ix_menjin_sj", "txsj"),
    Index("ix_menjin_xq", "xqbh", "txsj"),
)
RENLIU = Table(  # 楼栋人流, hourly
    "renliu",
    METADATA,
    Column("ldbh", String(12), primary_key=True),
    Column("xssj", String(10), primary_key=True),  # 小时 yyyymmddhh
    Column("rs", Integer, nullable=False),
)
FANGKE = Table(  # 访客登记
    "fangke",
    METADATA,
    Column("rybm", String(24), primary_key=True),
    _text("xm", 20),
    _text("hjss", 10),
    _text("fwbh", 16),
)
SHEXIANG = Table(  # 摄像事件
    "shexiang",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    _text("lsh", 24),
    _text("sxtbh", 12),
    _text("xqbh", 8),
    _text("ldbh", 12),
    _text("sjlx", 4),  # 01 高空抛物 02 电动车进梯 03 楼道充电 04 占用通道 05 人员聚集 06 明火 07 电动车
    Column("zxd", Float, nullable=False),  # 置信度
    _text("fssj", 14),
    _text("gj", 200),  # 轨迹
    Column("zs", Integer, nullable=False),  # 帧数
    Column("xjcs", Float, nullable=False),  # 下降层数
    _text("shzt", 1),  # 审核 0 未审 1 属实 2 误报
    Column("cxsc", Float),  # 持续时长 s
    _text("mblb", 16),  # 目标类别 ebike bicycle wheelchair pram …
    _text("fwbh", 16),  # 刷卡户
    Column("fl", Integer),  # 风力级
    Column("srbz", Integer),  # 伤人
    Column("zlj", Float),  # 重量估计 kg
    Column("rs", Integer),  # 人数
    Column("mj", Float),  # 面积 m2
)
HOUXUAN = Table(  # 候选楼层
    "houxuan",
    METADATA,
    Column("lsh", String(24), primary_key=True),  # of the camera event
    Column("lc", Integer, primary_key=True),
    Column("hx", String(12), primary_key=True),  # 户型列
    Column("zxd", Float, nullable=False),
)
XIANGJI = Table(  # 相机状态
    "xiangji",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    _text("lsh", 24),
    _text("sxtbh", 12),
    _text("xqbh", 8),
    _text("ldbh", 12),
    _text("ztlx", 1),  # 0 正常 1 离线 2 遮挡 3 移位
    Column("lxfz", Float),  # 离线分钟
    Column("xsd", Float),  # 画面相似度 SSIM
    _text("fssj", 14),
)
WUMIAN = Table(  # 屋面阳台变化
    "wumian",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    _text("lsh", 24),
    _text("xqbh", 8),
    _text("ldbh", 12),
    _text("wz", 30),  # 位置
    Column("mj", Float, nullable=False),  # 面积 m2
    Column("ts", Integer, nullable=False),  # 见到的天数
    Column("xkbz", Integer),  # 建设许可
    _text("scsj", 14),  # 首次
    _text("fssj", 14),
)
DANGZUZHI = Table(  # 党支部
    "dangzuzhi",
    METADATA,
    Column("zbbh", String(8), primary_key=True),
    _text("zbmc", 30),
    Column("dys", Integer, nullable=False),  # 党员数
    Column("jhs", Integer, nullable=False),  # 三会一课计划
    Column("wcs", Integer, nullable=False),  # 完成
    Column("zyss", Integer, nullable=False),  # 志愿时数
    Column("sbd", Integer, nullable=False),  # 双报到
    _text("sqbh", 12),
)
DZHD = Table(  # 党组织活动
    "dzhd",
    METADATA,
    Column("hdbh", String(20), primary_key=True),
    _text("zbbh", 8),
    _text("hdlx", 2),  # 1 党员大会 2 支委会 3 党小组会 4 党课 5 主题党日 6 志愿服务
    _text("hdmc", 60),
    _text("jhsj", 14),  # 计划时刻
    _text("jlsj", 14),  # 记录时刻, empty while not recorded
    Column("ydrs", Integer, nullable=False, default=0),  # 应到
    Column("sdrs", Integer, nullable=False, default=0),  # 实到
    Column("fwss", Float, nullable=False, default=0.0),  # 服务时数
    Index("ix_dzhd_jhsj", "jhsj"),
)
DIWU = Table(  # 地物: 小区内外的路、出入口、绿地、水面
    "diwu",
    METADATA,
    Column("dwbh", String(12), primary_key=True),
    _text("xqbh", 8),  # empty between the estates
    _text("dwlx", 1),  # 1 区内道路 2 出入口 3 绿地 4 水面 5 街道
    _text("dwmc", 30),
    Column("kd", Float, nullable=False),  # 宽度 m
    _text("zb", 1000),
)
WANGGE = Table(  # 网格
    "wangge",
    METADATA,
    Column("wgbh", String(20), primary_key=True),
    _text("xqbh", 8),
    _text("wgmc", 30),
    _text("lkzb", 1000),
)
XUNLUO = Table(  # 巡逻终端
    "xunluo",
    METADATA,
    Column("zdbh", String(8), primary_key=True),
    _text("xqbh", 8),
    Column("jd", Float, nullable=False),
    Column("wd", Float, nullable=False),
    _text("wzsj", 14),
)
