/** What a Chinese character is made of: its type of composition and its parts, after Gavin Grover's cjk-decomp. */
export type Composition = { type: string; parts: string[] };

/** Reads cjk-decomp's lines `char:type(part,part)`; five digits name a part that Unicode lacks. */
export function readCompositions(text: string): Map<string, Composition> {
  const compositions = new Map<string, Composition>();
  for (const line of text.split('\n')) {
    const [, char, type, parts] = /^(.+?):([^(]+)\((.*)\)$/.exec(line.trim()) ?? [];
    if (char && type) compositions.set(char, { type, parts: parts ? parts.split(',') : [] });
  }
  return compositions;
}

/**
 * Characters for parts that Unicode lacks but that are made up as a character is: the right side of 份 is 分 with a
 * number of its own.
 */
export function namesOf(compositions: ReadonlyMap<string, Composition>): ReadonlyMap<string, string> {
  // The data has 人 over 刀 for 分: its makers looked at another form.
  const spelled = ({ parts }: Composition): string => parts.join(',').replace(/[人入]/g, '八');
  const byParts = new Map<string, string>();
  for (const [char, made] of compositions)
    if (/^[㐀-鿿]$/.test(char) && made.parts.length > 1 && !byParts.has(spelled(made)))
      byParts.set(spelled(made), char);
  const names = new Map<string, string>();
  for (const [part, made] of compositions) {
    const char = /^\d+$/.test(part) ? byParts.get(spelled(made)) : undefined;
    if (char) names.set(part, char);
  }
  return names;
}

/** How often a `r…` composition repeats its part: cjk-decomp's README, "repeats and/or reflects". */
const REPEATS: readonly [RegExp, number][] = [
  [/^r4/, 4],
  [/^r3/, 3],
  [/^(ra|rd|rs|rref|rrot)/, 2],
];
/** Depth beyond which a composition is not followed: the data has cycles. */
const DEPTH = 9;

/** Counts a character's smallest parts, about its strokes. */
export function strokeCounter(compositions: ReadonlyMap<string, Composition>): (char: string) => number {
  const known = new Map<string, number>();
  const count = (char: string, depth: number): number => {
    const present = known.get(char);
    if (present !== undefined) return present;
    const made = compositions.get(char);
    if (!made || made.parts.length === 0 || depth > DEPTH) return 1;
    const repeats = REPEATS.find(([pattern]) => pattern.test(made.type))?.[1] ?? 1;
    const sum = made.parts.reduce((all, part) => all + count(part, depth + 1), 0) * repeats;
    known.set(char, sum);
    return sum;
  };
  return (char) => count(char, 0);
}

/** Left, top and other bound forms, and what people write for them when they take a character apart. */
export const STANDALONE: Readonly<Record<string, string>> = {
  氵: '水',
  亻: '人',
  讠: '言',
  訁: '言',
  扌: '手才',
  钅: '金',
  釒: '金',
  忄: '心',
  '⺗': '心',
  艹: '草艸',
  辶: '走之辵',
  '⻌': '走之辵',
  纟: '丝糸',
  糹: '丝糸',
  犭: '犬',
  饣: '食',
  飠: '食',
  礻: '示',
  '⺭': '示',
  衤: '衣',
  刂: '刀',
  灬: '火',
  罒: '四网',
  '⺮': '竹',
  囗: '口',
  宀: '宝',
  疒: '病',
  阝: '耳阜邑',
  '⻖': '耳阜',
  '⻏': '耳邑',
  冫: '冰',
  𤣩: '王',
  '⺩': '王',
  '⻊': '足',
  '⺼': '月肉',
  '⺶': '羊',
  𥫗: '竹',
  攵: '文攴',
  '⺌': '小',
  覀: '西襾',
  牜: '牛',
  爫: '爪',
  虍: '虎',
  𠆢: '人',
  丬: '爿',
  '⺙': '攵文攴',
  氺: '水',
  龸: '尚',
  巳: '己已',
  𧾷: '足',
  戶: '户戸',
  户: '戸',
  月: '肉',
  王: '玉',
  日: '曰',
  曰: '日',
  龰: '止疋',
  㣺: '心',
  朩: '木',
  龵: '手',
  龶: '丰',
  '⺊': '卜',
  '⺍': '小',
  '⺈': '刀',
  '⺳': '网罒',
  '㇠': '乙',
  '⺄': '乙',
  𤴓: '疋正',
  𧘇: '衣',
  𰆊: '卩',
  𠂇: '厂',
  𤽄: '泉',
  𡗗: '夫',
  𣥂: '少',
  // Parts that Unicode lacks, by cjk-decomp's numbers: right of 经, top of 堂.
  37030: '圣',
  37062: '尚',
};

/** Parts that say what a character is about. */
export const RADICALS: ReadonlySet<string> = new Set([
  ...Object.keys(STANDALONE),
  ...'口木火贝金女马土日月目石虫米王田山车舟衣示足言食鱼鸟门力又十寸大小心手人水刀竹禾皿穴雨酉身走革骨角牛羊犬耳页巾弓广户方白',
  ...'貝馬車魚鳥門頁糸見風手才一二三丨丿丶厂匚八儿几尸止歹立老而聿至臼舌色血行西見豆豕赤辛里長阜隹青非面韦音首香',
]);

/** Groups that differ in a stroke or two and share no part in the data. */
export const LOOKALIKES =
  '己已巳 未末 土士 人入八 日曰目 戊戌戍戎 大太犬丈 天夫无 千干于 王玉主 刀力刃 牛午 贝见 问间 田由甲申电 兔免 乌鸟岛 折拆析 徽微徵 侯候 辨辩辫瓣 茶荼 拔拨 泪汨 ' +
  '沫沬 束朿 侍待 历厉 今令 住往 师帅 刺剌 币市巿 卯卵 专传 灸炙 祟崇 戳戮 壶壸 赢羸嬴 盲肓 粟栗 管菅 遣遗 洗冼 幻幼 斤斥 壁璧 亨享 厂广 匕七 丸九 凡风 毛手 ' +
  '尸户 气乞 开井升并 上土 下卞 木本禾 米来耒 平乎 乒乓兵 血皿 且旦 自白百 右石古 左在 旧旬 句勾 司可 只兄 另别 各名 吉舌 同向 网冈罔 内肉丙 两雨 雪雷 龟鱼 ' +
  '马乌 鸡鸣 衣农 衷哀衰 表麦青责 贪贫 货贷贺 贸货 姿资 贩败 彩采 票漂飘 买卖头实 奖桨浆 加如 水永冰 母毋每毒 药约 钓钩钧 钱线浅 赚嫌 银很根跟 情请清 裸棵课 妓技 ' +
  '妹昧味 姐组祖 务备 金全 官宫 宾兵 没投设 注住往 册丹舟 盘盆盒 奎套 查杳 春舂 看着 狠狼 竞竟 率卒 夺夸 抱报 操澡燥躁 赛塞寨 占古 公分 云去 代伐 伏优 伍任仕 ' +
  '体休 作诈昨 睹赌 搏博膊 抢枪怆 炮跑泡 网纲 秒妙 购构 群裙 加咖 微薇 信倌 骗编 售焦 毒青 莆甫 嫖漂 枚枝 弹掸 炸诈 杀条 色邑 情倩 聊柳 私和 约纳 群郡 密蜜 ' +
  '免勉 费贵 领颌 取职 兼廉 职织 日口 刷涮 单草 充允 值植 提堤 现规 套奋 账帐 转传 账胀 期朝 权杈 码妈 棋祺 牌脾 麻磨 将浆 老考 虎虚 机杌 庄压 闲闭 投没 ' +
  '注柱 彩踩 倍部 率摔 盈盆 会合 合含 厂厅 刀刁习 了子予孑 予矛 节艺 止正 丘乒 工土王 三王 才寸 尺尸 心必 目且自 中申 云会 元无 万方 儿几九 力办 勺匀勾旬 ' +
  '夕歹久 斗头 东车乐 门问闻 业亚 年午 先失 生主 用甩周 由旧曲 凤风 币布 巾中 木术 永求 火灭 炎灾 灰炭 爪瓜 父交文 反友支皮 及乃 平半羊 夫失矢夭 史吏更 电甩龟 ' +
  '巨臣匡 匹四西酉 里重黑 果杲呆杏 杏否吞 束柬 与写 鸟马 臼白旧 比北此 地他池 己弓巴 出山击 幸辛 章童 音意竟 具真直县 日白 旦早旱 昌冒 古吉告 合台 余佘 舍含 令命 ' +
  '食良 即既 郎朗 卯印叩 扎礼札 孔孙 乱乳 外处 冬各务 夏复 爱受妥 采番 审宙 宇字宁学 它宁 宜宣 走足 表衣丧 卡卞上 五丑互 丐亏 兮分今 公么 去丢 至圣 坐巫 垂乘乖 ' +
  '秉兼 事争 肃萧 录隶 首自 面而 皿四 典曲 亡七 壬王任 舌古告 丁了于 可丁 小少 示宗 京享亭 毫豪 家冢 龙尤 牛生朱 未朱 军车 冗穴 需雷零 角用甫 男勇 思恩 因困囚 ' +
  '国围 图团 月用 朋明 后石 仓仑 弗弟 丸凡刃 勿匆 欠久 列死 武式 弋戈 戒戎 我找 成咸 热熟 羊羔美 善喜嘉 壹壶壳 普晋 益盖 孟盂 竖坚贤 素索 大夭 天夭 入久 已乙 ' +
  '血面 丰半 单甲 元光 光先 免见 见儿 南雨 击山 主住 干平 尔示 余全 叶什 另劣 亿忆 化代 仁任 他她 你称 何可 体本 住佳 使便 便更 信言 倒到 做故 停亭 价介 ' +
  '伙火';

/** What a person reads the same when an outline is drawn by other means; beyond Unicode's own table. */
export const LATIN_LOOKALIKES =
  'ʜh ᴛt ᴍm ᴋk ĸk ʙb ɢg ʀr ʟl ɴn ɪi ʏy ᴀa ᴄc ᴅd ᴇe ᴊj ᴏo ᴘp ᴜu ᴠv ᴡw ᴢz ɑa ɡg ıi';
