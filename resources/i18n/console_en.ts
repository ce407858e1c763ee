<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="zh_CN">
  <context>
    <name>button</name>
    <message>
      <source>停用</source>
      <translation>Out of service</translation>
    </message>
    <message>
      <source>关联</source>
      <translation>Link</translation>
    </message>
    <message>
      <source>到场处置</source>
      <translation>On site</translation>
    </message>
    <message>
      <source>办结</source>
      <translation>Close</translation>
    </message>
    <message>
      <source>单位受令</source>
      <translation>Unit has it</translation>
    </message>
    <message>
      <source>反馈</source>
      <translation>Feedback</translation>
    </message>
    <message>
      <source>备注</source>
      <translation>Note</translation>
    </message>
    <message>
      <source>复核确认</source>
      <translation>Confirm</translation>
    </message>
    <message>
      <source>已拦截</source>
      <translation>Intercepted</translation>
    </message>
    <message>
      <source>并案</source>
      <translation>Merge</translation>
    </message>
    <message>
      <source>归档</source>
      <translation>Archive</translation>
    </message>
    <message>
      <source>恢复处置</source>
      <translation>Resume</translation>
    </message>
    <message>
      <source>恢复提醒</source>
      <translation>Unshelve</translation>
    </message>
    <message>
      <source>恢复服务</source>
      <translation>Back to service</translation>
    </message>
    <message>
      <source>拆案</source>
      <translation>Unmerge</translation>
    </message>
    <message>
      <source>拦截</source>
      <translation>Intercept</translation>
    </message>
    <message>
      <source>挂起</source>
      <translation>Suspend</translation>
    </message>
    <message>
      <source>接单</source>
      <translation>Accept</translation>
    </message>
    <message>
      <source>摘出</source>
      <translation>Unlink</translation>
    </message>
    <message>
      <source>无需处置</source>
      <translation>No action</translation>
    </message>
    <message>
      <source>暂缓</source>
      <translation>Shelve</translation>
    </message>
    <message>
      <source>更多</source>
      <translation>More</translation>
    </message>
    <message>
      <source>核查</source>
      <translation>Verify</translation>
    </message>
    <message>
      <source>核验</source>
      <translation>Review</translation>
    </message>
    <message>
      <source>派单</source>
      <translation>Dispatch</translation>
    </message>
    <message>
      <source>督办</source>
      <translation>Supervise</translation>
    </message>
    <message>
      <source>确认拦截</source>
      <translation>Confirm order</translation>
    </message>
    <message>
      <source>签收</source>
      <translation>Sign</translation>
    </message>
    <message>
      <source>误报</source>
      <translation>False alarm</translation>
    </message>
    <message>
      <source>调级</source>
      <translation>Set level</translation>
    </message>
    <message>
      <source>跟踪不拦</source>
      <translation>Follow only</translation>
    </message>
    <message>
      <source>返回</source>
      <translation>Back</translation>
    </message>
    <message>
      <source>退回</source>
      <translation>Return</translation>
    </message>
    <message>
      <source>重办</source>
      <translation>Rework</translation>
    </message>
    <message>
      <source>重开</source>
      <translation>Reopen</translation>
    </message>
    <message>
      <source>错过/不拦</source>
      <translation>Missed / not stopped</translation>
    </message>
    <message>
      <source>驳回挂起</source>
      <translation>Refuse suspension</translation>
    </message>
  </context>
  <context>
    <name>command</name>
    <message>
      <source>下一条预警</source>
      <translation>Next alert</translation>
    </message>
    <message>
      <source>打开大屏</source>
      <translation>Open the wall</translation>
    </message>
    <message>
      <source>换人登录</source>
      <translation>Another officer</translation>
    </message>
    <message>
      <source>换班，换人</source>
      <translation>Change officer</translation>
    </message>
    <message>
      <source>数据源状况</source>
      <translation>Data sources</translation>
    </message>
    <message>
      <source>文字放大</source>
      <translation>Larger text</translation>
    </message>
    <message>
      <source>文字缩小</source>
      <translation>Smaller text</translation>
    </message>
    <message>
      <source>深色或浅色</source>
      <translation>Dark or light</translation>
    </message>
    <message>
      <source>退出登录</source>
      <translation>Log out</translation>
    </message>
    <message>
      <source>锁定本席</source>
      <translation>Lock this desk</translation>
    </message>
    <message>
      <source>静音或取消静音</source>
      <translation>Mute or unmute</translation>
    </message>
  </context>
  <context>
    <name>level</name>
    <message>
      <source>橙</source>
      <translation>Orange</translation>
    </message>
    <message>
      <source>橙色</source>
      <translation>Orange</translation>
    </message>
    <message>
      <source>红</source>
      <translation>Red</translation>
    </message>
    <message>
      <source>红色</source>
      <translation>Red</translation>
    </message>
    <message>
      <source>蓝</source>
      <translation>Blue</translation>
    </message>
    <message>
      <source>蓝色</source>
      <translation>Blue</translation>
    </message>
    <message>
      <source>黄</source>
      <translation>Yellow</translation>
    </message>
    <message>
      <source>黄色</source>
      <translation>Yellow</translation>
    </message>
  </context>
  <context>
    <name>login</name>
    <message>
      <source>上次登录</source>
      <translation>Last log-in</translation>
    </message>
    <message>
      <source>两次输入的新口令不同</source>
      <translation>The two new passwords differ</translation>
    </message>
    <message>
      <source>其后登录失败</source>
      <translation>Failed since then</translation>
    </message>
    <message>
      <source>再输一次新口令</source>
      <translation>New password again</translation>
    </message>
    <message>
      <source>口令</source>
      <translation>Password</translation>
    </message>
    <message>
      <source>大写锁定已打开</source>
      <translation>Caps Lock is on</translation>
    </message>
    <message>
      <source>已锁定</source>
      <translation>Locked</translation>
    </message>
    <message>
      <source>席位</source>
      <translation>Desk</translation>
    </message>
    <message>
      <source>换人登录</source>
      <translation>Another officer</translation>
    </message>
    <message>
      <source>新口令</source>
      <translation>New password</translation>
    </message>
    <message>
      <source>未签收</source>
      <translation>Unsigned</translation>
    </message>
    <message>
      <source>次</source>
      <translation>times</translation>
    </message>
    <message>
      <source>正在核对</source>
      <translation>checking</translation>
    </message>
    <message>
      <source>登录</source>
      <translation>Log in</translation>
    </message>
    <message>
      <source>解锁</source>
      <translation>Unlock</translation>
    </message>
    <message>
      <source>请输入口令</source>
      <translation>Enter the password</translation>
    </message>
    <message>
      <source>请输入账号和口令</source>
      <translation>Enter account and password</translation>
    </message>
    <message>
      <source>账号</source>
      <translation>Account</translation>
    </message>
    <message>
      <source>起锁定</source>
      <translation>locked since</translation>
    </message>
    <message>
      <source>返回</source>
      <translation>Back</translation>
    </message>
    <message>
      <source>首次登录</source>
      <translation>First log-in</translation>
    </message>
  </context>
  <context>
    <name>role</name>
    <message>
      <source>值班员</source>
      <translation>Duty officer</translation>
    </message>
    <message>
      <source>值班长</source>
      <translation>Shift lead</translation>
    </message>
    <message>
      <source>大屏</source>
      <translation>Wall</translation>
    </message>
    <message>
      <source>安全管理员</source>
      <translation>Security administrator</translation>
    </message>
    <message>
      <source>审计管理员</source>
      <translation>Audit administrator</translation>
    </message>
    <message>
      <source>带班领导</source>
      <translation>Duty leader</translation>
    </message>
    <message>
      <source>渔船调度员</source>
      <translation>Boat dispatcher</translation>
    </message>
    <message>
      <source>研判员</source>
      <translation>Analyst</translation>
    </message>
    <message>
      <source>社区干部</source>
      <translation>Community cadre</translation>
    </message>
    <message>
      <source>系统管理员</source>
      <translation>System administrator</translation>
    </message>
    <message>
      <source>网格员</source>
      <translation>Grid worker</translation>
    </message>
    <message>
      <source>联勤警务室</source>
      <translation>Police room</translation>
    </message>
    <message>
      <source>部门联络员</source>
      <translation>Liaison</translation>
    </message>
  </context>
  <context>
    <name>scene</name>
    <message>
      <source>1+7+N 其他系统</source>
      <translation>1+7+N other systems</translation>
    </message>
    <message>
      <source>AI 鹰眼</source>
      <translation>Eagle Eye</translation>
    </message>
    <message>
      <source>AI 鹰眼事件</source>
      <translation>AI Eagle Eye events</translation>
    </message>
    <message>
      <source>一网护城 · 卡口</source>
      <translation>City net · Checkpoints</translation>
    </message>
    <message>
      <source>一网护城 · 卡口联动</source>
      <translation>City net · Linked checkpoints</translation>
    </message>
    <message>
      <source>三个例外</source>
      <translation>Three exceptions</translation>
    </message>
    <message>
      <source>上级视图库</source>
      <translation>View library above</translation>
    </message>
    <message>
      <source>丢失的确认件</source>
      <translation>Confirmed cases lost</translation>
    </message>
    <message>
      <source>云仓</source>
      <translation>Ocean warehouse</translation>
    </message>
    <message>
      <source>交接</source>
      <translation>Hand-over</translation>
    </message>
    <message>
      <source>交接值班</source>
      <translation>Hand-over and duty</translation>
    </message>
    <message>
      <source>交接单</source>
      <translation>Hand-over sheet</translation>
    </message>
    <message>
      <source>人口</source>
      <translation>Population</translation>
    </message>
    <message>
      <source>今日申请</source>
      <translation>Requests today</translation>
    </message>
    <message>
      <source>仓格走势</source>
      <translation>Compartment trend</translation>
    </message>
    <message>
      <source>休渔日历</source>
      <translation>Moratorium calendar</translation>
    </message>
    <message>
      <source>信息报送</source>
      <translation>Reports upwards</translation>
    </message>
    <message>
      <source>值班日志</source>
      <translation>Duty log</translation>
    </message>
    <message>
      <source>值班表</source>
      <translation>Roster</translation>
    </message>
    <message>
      <source>党建</source>
      <translation>Party building</translation>
    </message>
    <message>
      <source>党组织活动</source>
      <translation>Party activities</translation>
    </message>
    <message>
      <source>全区一行</source>
      <translation>The district in a line</translation>
    </message>
    <message>
      <source>全区态势</source>
      <translation>District map</translation>
    </message>
    <message>
      <source>六小区</source>
      <translation>Six estates</translation>
    </message>
    <message>
      <source>养老</source>
      <translation>Elder care</translation>
    </message>
    <message>
      <source>协同</source>
      <translation>Follow-up</translation>
    </message>
    <message>
      <source>协同处置</source>
      <translation>Joint follow-up</translation>
    </message>
    <message>
      <source>卡口</source>
      <translation>Checkpoints</translation>
    </message>
    <message>
      <source>卡口与拦截</source>
      <translation>Checkpoints and interception</translation>
    </message>
    <message>
      <source>卡口相机</source>
      <translation>Checkpoint cameras</translation>
    </message>
    <message>
      <source>卡口统计</source>
      <translation>Checkpoint statistics</translation>
    </message>
    <message>
      <source>卡口设备与数据来源</source>
      <translation>Checkpoint devices and sources</translation>
    </message>
    <message>
      <source>卡片</source>
      <translation>Card</translation>
    </message>
    <message>
      <source>发布步骤</source>
      <translation>Release steps</translation>
    </message>
    <message>
      <source>召回名单</source>
      <translation>Recall list</translation>
    </message>
    <message>
      <source>台账指标</source>
      <translation>Ledger figures</translation>
    </message>
    <message>
      <source>号牌查询</source>
      <translation>Plate search</translation>
    </message>
    <message>
      <source>同意书</source>
      <translation>Consents</translation>
    </message>
    <message>
      <source>告知复检</source>
      <translation>Inspection notices</translation>
    </message>
    <message>
      <source>在办案件车辆轨迹</source>
      <translation>Way of a vehicle in an open case</translation>
    </message>
    <message>
      <source>在办案件通行</source>
      <translation>Passages in an open case</translation>
    </message>
    <message>
      <source>外出报备</source>
      <translation>Away notices</translation>
    </message>
    <message>
      <source>存疑船位</source>
      <translation>Doubted positions</translation>
    </message>
    <message>
      <source>存证链</source>
      <translation>Custody chain</translation>
    </message>
    <message>
      <source>实有人口</source>
      <translation>Actual population</translation>
    </message>
    <message>
      <source>导入登记册</source>
      <translation>Imports of registers</translation>
    </message>
    <message>
      <source>布控</source>
      <translation>Watch orders</translation>
    </message>
    <message>
      <source>布控与查询</source>
      <translation>Watch orders and search</translation>
    </message>
    <message>
      <source>布控单</source>
      <translation>Watch orders</translation>
    </message>
    <message>
      <source>待查发现</source>
      <translation>Findings to check</translation>
    </message>
    <message>
      <source>总览</source>
      <translation>Overview</translation>
    </message>
    <message>
      <source>房人</source>
      <translation>Homes</translation>
    </message>
    <message>
      <source>房人事物</source>
      <translation>Homes, people, cases, things</translation>
    </message>
    <message>
      <source>房人查询</source>
      <translation>Find a home or person</translation>
    </message>
    <message>
      <source>扰人的报警</source>
      <translation>Alarms that bother</translation>
    </message>
    <message>
      <source>承诺</source>
      <translation>Promises</translation>
    </message>
    <message>
      <source>报警最多</source>
      <translation>Most alarms</translation>
    </message>
    <message>
      <source>报警最多的规则 · 今日</source>
      <translation>Rules with most alarms · today</translation>
    </message>
    <message>
      <source>报警绩效</source>
      <translation>Alarm performance</translation>
    </message>
    <message>
      <source>报警绩效 · 今日</source>
      <translation>Alarm performance · today</translation>
    </message>
    <message>
      <source>拦截预测校准</source>
      <translation>Calibration of interceptions</translation>
    </message>
    <message>
      <source>换班</source>
      <translation>Swaps</translation>
    </message>
    <message>
      <source>探访</source>
      <translation>Visits</translation>
    </message>
    <message>
      <source>收集船队</source>
      <translation>Collection fleet</translation>
    </message>
    <message>
      <source>改动</source>
      <translation>Changes</translation>
    </message>
    <message>
      <source>数智云健</source>
      <translation>Smart Yunjian</translation>
    </message>
    <message>
      <source>数智云健 · 云健社区</source>
      <translation>Smart Yunjian · Yunjian community</translation>
    </message>
    <message>
      <source>数智云健 · 社区</source>
      <translation>Smart Yunjian · Community</translation>
    </message>
    <message>
      <source>整改</source>
      <translation>Rectification</translation>
    </message>
    <message>
      <source>旅馆总台</source>
      <translation>Front desk</translation>
    </message>
    <message>
      <source>智慧养老</source>
      <translation>Elder care</translation>
    </message>
    <message>
      <source>构成与按时</source>
      <translation>Mix and limits kept</translation>
    </message>
    <message>
      <source>构成与按时 · 今日</source>
      <translation>Mix and limits kept · today</translation>
    </message>
    <message>
      <source>核查</source>
      <translation>Checks</translation>
    </message>
    <message>
      <source>椒江区指挥中心</source>
      <translation>Jiaojiang District Command Centre</translation>
    </message>
    <message>
      <source>楼栋剖面</source>
      <translation>Building section</translation>
    </message>
    <message>
      <source>每 10 分报警</source>
      <translation>Alarms per 10 min</translation>
    </message>
    <message>
      <source>每 10 分报警 · 今日</source>
      <translation>Alarms per 10 min · today</translation>
    </message>
    <message>
      <source>每日预警 · 前后对照</source>
      <translation>Alerts a day · before and after</translation>
    </message>
    <message>
      <source>水电煤气</source>
      <translation>Water, power, gas</translation>
    </message>
    <message>
      <source>泛滥</source>
      <translation>Floods</translation>
    </message>
    <message>
      <source>派船方案</source>
      <translation>Plan of the fleet</translation>
    </message>
    <message>
      <source>流动人口 · 出租房</source>
      <translation>Floating population · Rentals</translation>
    </message>
    <message>
      <source>流量与设备</source>
      <translation>Flow and devices</translation>
    </message>
    <message>
      <source>海上安全</source>
      <translation>Safety at sea</translation>
    </message>
    <message>
      <source>海域态势</source>
      <translation>The sea</translation>
    </message>
    <message>
      <source>海安</source>
      <translation>Sea safety</translation>
    </message>
    <message>
      <source>海洋云仓</source>
      <translation>Ocean warehouses</translation>
    </message>
    <message>
      <source>海洋云仓 液位 %</source>
      <translation>Ocean warehouses, level %</translation>
    </message>
    <message>
      <source>海洋云仓与联单</source>
      <translation>Ocean warehouse and manifests</translation>
    </message>
    <message>
      <source>消防</source>
      <translation>Fire safety</translation>
    </message>
    <message>
      <source>消防设备</source>
      <translation>Fire devices</translation>
    </message>
    <message>
      <source>渔省心</source>
      <translation>Fishing boats</translation>
    </message>
    <message>
      <source>渔省心 · 渔船</source>
      <translation>Fishing made easy · Boats</translation>
    </message>
    <message>
      <source>渔省心 · 渔船污染物处置</source>
      <translation>Fishing boats · pollutants</translation>
    </message>
    <message>
      <source>渔船</source>
      <translation>Boats</translation>
    </message>
    <message>
      <source>独居老人</source>
      <translation>Elders living alone</translation>
    </message>
    <message>
      <source>申请队列</source>
      <translation>Request queue</translation>
    </message>
    <message>
      <source>矛盾纠纷</source>
      <translation>Disputes</translation>
    </message>
    <message>
      <source>矛盾纠纷调解</source>
      <translation>Mediation of disputes</translation>
    </message>
    <message>
      <source>社区</source>
      <translation>Community</translation>
    </message>
    <message>
      <source>积分与信用</source>
      <translation>Points and credit</translation>
    </message>
    <message>
      <source>移送部门</source>
      <translation>Transfers</translation>
    </message>
    <message>
      <source>签收与办结</source>
      <translation>Signing and closing</translation>
    </message>
    <message>
      <source>签收与办结 · 今日</source>
      <translation>Signing and closing · today</translation>
    </message>
    <message>
      <source>纠纷</source>
      <translation>Disputes</translation>
    </message>
    <message>
      <source>经过</source>
      <translation>Course</translation>
    </message>
    <message>
      <source>绩效</source>
      <translation>Performance</translation>
    </message>
    <message>
      <source>联单闭环</source>
      <translation>Manifest loop</translation>
    </message>
    <message>
      <source>联系链</source>
      <translation>Contact chains</translation>
    </message>
    <message>
      <source>船位来源</source>
      <translation>Sources of positions</translation>
    </message>
    <message>
      <source>船队计划</source>
      <translation>Fleet plan</translation>
    </message>
    <message>
      <source>规则</source>
      <translation>Rules</translation>
    </message>
    <message>
      <source>规则台</source>
      <translation>Rules</translation>
    </message>
    <message>
      <source>规则清单</source>
      <translation>List of rules</translation>
    </message>
    <message>
      <source>规则精确率</source>
      <translation>Precision of rules</translation>
    </message>
    <message>
      <source>设备</source>
      <translation>Devices</translation>
    </message>
    <message>
      <source>设备与席位</source>
      <translation>Devices and seats</translation>
    </message>
    <message>
      <source>证据包</source>
      <translation>Evidence packages</translation>
    </message>
    <message>
      <source>诱导屏与短信</source>
      <translation>Road texts and SMS</translation>
    </message>
    <message>
      <source>调解</source>
      <translation>Mediation</translation>
    </message>
    <message>
      <source>超期未交船</source>
      <translation>Boats overdue</translation>
    </message>
    <message>
      <source>过车 万辆 / 时</source>
      <translation>Passages, 10,000 / h</translation>
    </message>
    <message>
      <source>过车流</source>
      <translation>Passage stream</translation>
    </message>
    <message>
      <source>进度</source>
      <translation>Progress</translation>
    </message>
    <message>
      <source>通知外发</source>
      <translation>Outbox</translation>
    </message>
    <message>
      <source>通讯录</source>
      <translation>Contacts</translation>
    </message>
    <message>
      <source>部门协同</source>
      <translation>Departments</translation>
    </message>
    <message>
      <source>部门登记库</source>
      <translation>Departments' registers</translation>
    </message>
    <message>
      <source>阈值扫描</source>
      <translation>Threshold scan</translation>
    </message>
    <message>
      <source>隐患整改</source>
      <translation>Rectification of dangers</translation>
    </message>
    <message>
      <source>静默渔船</source>
      <translation>Silent boats</translation>
    </message>
    <message>
      <source>预案</source>
      <translation>Response plans</translation>
    </message>
    <message>
      <source>预案与报送</source>
      <translation>Response plans and reports</translation>
    </message>
    <message>
      <source>预警</source>
      <translation>Alerts</translation>
    </message>
    <message>
      <source>风浪与预报</source>
      <translation>Wind and forecast</translation>
    </message>
    <message>
      <source>鹰眼、消防与隐患整改</source>
      <translation>Eagle Eye, fire and rectification</translation>
    </message>
  </context>
  <context>
    <name>shell</name>
    <message>
      <source>主循环最差一拍</source>
      <translation>worst beat</translation>
    </message>
    <message>
      <source>余</source>
      <translation> left</translation>
    </message>
    <message>
      <source>关闭</source>
      <translation>Close</translation>
    </message>
    <message>
      <source>发布</source>
      <translation>issued</translation>
    </message>
    <message>
      <source>发生</source>
      <translation>occurred</translation>
    </message>
    <message>
      <source>命令</source>
      <translation>Command</translation>
    </message>
    <message>
      <source>场景</source>
      <translation>Scene</translation>
    </message>
    <message>
      <source>已签</source>
      <translation>signed</translation>
    </message>
    <message>
      <source>已签收</source>
      <translation>signed</translation>
    </message>
    <message>
      <source>已静音</source>
      <translation>Muted</translation>
    </message>
    <message>
      <source>库</source>
      <translation>Store</translation>
    </message>
    <message>
      <source>库 连不上</source>
      <translation>Store out of reach</translation>
    </message>
    <message>
      <source>底图 © OpenStreetMap (ODbL) · GSHHG (LGPL-3)</source>
      <translation>Map © OpenStreetMap (ODbL) · GSHHG (LGPL-3)</translation>
    </message>
    <message>
      <source>底图 © OpenStreetMap · GSHHG</source>
      <translation>Map © OpenStreetMap · GSHHG</translation>
    </message>
    <message>
      <source>当前没有未办结的预警</source>
      <translation>No open alerts</translation>
    </message>
    <message>
      <source>收到</source>
      <translation>Received</translation>
    </message>
    <message>
      <source>数据源</source>
      <translation>Sources</translation>
    </message>
    <message>
      <source>无声卡</source>
      <translation>No sound</translation>
    </message>
    <message>
      <source>最近一次</source>
      <translation>Last answer</translation>
    </message>
    <message>
      <source>未</source>
      <translation>uns.</translation>
    </message>
    <message>
      <source>未签</source>
      <translation>unsigned</translation>
    </message>
    <message>
      <source>未签收</source>
      <translation>unsigned</translation>
    </message>
    <message>
      <source>正常</source>
      <translation>good</translation>
    </message>
    <message>
      <source>没有找到</source>
      <translation>Nothing found</translation>
    </message>
    <message>
      <source>浪高</source>
      <translation>waves</translation>
    </message>
    <message>
      <source>滞后</source>
      <translation>stale</translation>
    </message>
    <message>
      <source>演示</source>
      <translation>Demo</translation>
    </message>
    <message>
      <source>演示区 种子</source>
      <translation>demo seed</translation>
    </message>
    <message>
      <source>演示数据</source>
      <translation>DEMO DATA</translation>
    </message>
    <message>
      <source>状态</source>
      <translation>State</translation>
    </message>
    <message>
      <source>等待</source>
      <translation>waiting</translation>
    </message>
    <message>
      <source>系统</source>
      <translation>System</translation>
    </message>
    <message>
      <source>级</source>
      <translation>Bft</translation>
    </message>
    <message>
      <source>船</source>
      <translation>Boat</translation>
    </message>
    <message>
      <source>船、车牌、地址、命令</source>
      <translation>Boat, plate, address, command</translation>
    </message>
    <message>
      <source>说明</source>
      <translation>Note</translation>
    </message>
    <message>
      <source>读到上屏</source>
      <translation>read to screen</translation>
    </message>
    <message>
      <source>谁在席：姓名或岗位</source>
      <translation>Who is on duty: name or role</translation>
    </message>
    <message>
      <source>起</source>
      <translation>since</translation>
    </message>
    <message>
      <source>超</source>
      <translation> over</translation>
    </message>
    <message>
      <source>轮播暂停</source>
      <translation>held</translation>
    </message>
    <message>
      <source>这个场景打不开</source>
      <translation>This scene cannot be shown</translation>
    </message>
    <message>
      <source>隔离</source>
      <translation>Refused</translation>
    </message>
    <message>
      <source>隔离记录</source>
      <translation>refused</translation>
    </message>
    <message>
      <source>静音</source>
      <translation>Mute</translation>
    </message>
    <message>
      <source>顶栏</source>
      <translation>Top bar</translation>
    </message>
    <message>
      <source>预警</source>
      <translation>Alerts</translation>
    </message>
  </context>
  <context>
    <name>step</name>
    <message>
      <source>到场</source>
      <translation>On site</translation>
    </message>
    <message>
      <source>办结</source>
      <translation>Close</translation>
    </message>
    <message>
      <source>反馈</source>
      <translation>Feedback</translation>
    </message>
    <message>
      <source>派单</source>
      <translation>Dispatch</translation>
    </message>
    <message>
      <source>签收</source>
      <translation>Sign</translation>
    </message>
  </context>
  <context>
    <name>weekday</name>
    <message>
      <source>周一</source>
      <translation>Mon</translation>
    </message>
    <message>
      <source>周三</source>
      <translation>Wed</translation>
    </message>
    <message>
      <source>周二</source>
      <translation>Tue</translation>
    </message>
    <message>
      <source>周五</source>
      <translation>Fri</translation>
    </message>
    <message>
      <source>周六</source>
      <translation>Sat</translation>
    </message>
    <message>
      <source>周四</source>
      <translation>Thu</translation>
    </message>
    <message>
      <source>周日</source>
      <translation>Sun</translation>
    </message>
  </context>
</TS>
