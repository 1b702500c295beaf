namespace IntegrationHub.Sandbox;

/// <summary>A name in one script.</summary>
internal sealed record NameForm(string Given, string Family);

/// <summary>Chinese names in simplified and traditional characters and in pinyin, from short lists of common ones.</summary>
internal static class ChineseNames
{
    private static readonly Part[] Families = Parts(
        "王|王|Wang 李|李|Li 张|張|Zhang 刘|劉|Liu 陈|陳|Chen 杨|楊|Yang 赵|趙|Zhao 黄|黃|Huang 周|周|Zhou 吴|吳|Wu 徐|徐|Xu 孙|孫|Sun 胡|胡|Hu 朱|朱|Zhu "
        + "高|高|Gao 林|林|Lin 何|何|He 郭|郭|Guo 马|馬|Ma 罗|羅|Luo 梁|梁|Liang 宋|宋|Song 郑|鄭|Zheng 谢|謝|Xie 韩|韓|Han 唐|唐|Tang 冯|馮|Feng 许|許|Xu "
        + "邓|鄧|Deng 萧|蕭|Xiao 叶|葉|Ye 卢|盧|Lu 欧阳|歐陽|Ouyang 司马|司馬|Sima 诸葛|諸葛|Zhuge");

    private static readonly Part[] Givens = Parts(
        "伟|偉|wei 芳|芳|fang 娜|娜|na 敏|敏|min 静|靜|jing 丽|麗|li 强|強|qiang 磊|磊|lei 军|軍|jun 洋|洋|yang 勇|勇|yong 艳|艷|yan 杰|傑|jie 涛|濤|tao "
        + "明|明|ming 超|超|chao 秀|秀|xiu 霞|霞|xia 平|平|ping 刚|剛|gang 桂|桂|gui 英|英|ying 华|華|hua 玉|玉|yu 兰|蘭|lan 红|紅|hong 建|建|jian 国|國|guo "
        + "文|文|wen 晓|曉|xiao 雪|雪|xue 梅|梅|mei 宁|寧|ning 辉|輝|hui 鹏|鵬|peng 欣|欣|xin 怡|怡|yi 宇|宇|yu 泽|澤|ze 轩|軒|xuan 婷|婷|ting 佳|佳|jia");

    private static readonly Part[] Streets = Parts("中山路|中山路|x 人民路|人民路|x 建设路|建設路|x 解放街|解放街|x 和平东路|和平東路|x 长江路|長江路|x 学府街|學府街|x 复兴路|復興路|x");

    private static readonly Part[] Trades = Parts("贸易|貿易|trading 科技|科技|tech 物流|物流|logistics 电子|電子|electronics 建材|建材|materials");

    /// <summary>A name as (simplified, traditional, pinyin); <paramref name="family"/> fixes the family name of another.</summary>
    public static (NameForm Simplified, NameForm Traditional, NameForm Pinyin) Person(Random random, NameForm? family = null)
    {
        var surname = Array.Find(Families, part => part.Simplified == family?.Family) ?? random.Pick(Families);
        var first = random.Pick(Givens);
        var second = random.Next(4) == 0 ? new Part("", "", "") : random.Pick(Givens);
        var pinyin = first.Pinyin + second.Pinyin;
        return (
            new NameForm(first.Simplified + second.Simplified, surname.Simplified),
            new NameForm(first.Traditional + second.Traditional, surname.Traditional),
            new NameForm(char.ToUpperInvariant(pinyin[0]) + pinyin[1..], surname.Pinyin));
    }

    public static string Street(Random random, bool traditional)
    {
        var street = random.Pick(Streets);
        return $"{(traditional ? street.Traditional : street.Simplified)}{random.Next(1, 400)}{(traditional ? "號" : "号")}";
    }

    /// <summary>A company of the mainland, with a name for its domain.</summary>
    public static (string Name, string Label) Company(Random random, Town town)
    {
        var (first, second, trade) = (random.Pick(Givens), random.Pick(Givens), random.Pick(Trades));
        var name = first.Simplified + second.Simplified + trade.Simplified;
        return ($"{town.Name.TrimEnd('市')}{name}有限公司", first.Pinyin + second.Pinyin + trade.Pinyin);
    }

    private static Part[] Parts(string list) => 
        [.. list.Split(' ').Select(part => part.Split('|')).Select(forms => new Part(forms[0], forms[1], forms[2]))];

    private sealed record Part(string Simplified, string Traditional, string Pinyin);
}
