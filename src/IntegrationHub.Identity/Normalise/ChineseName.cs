using System.Collections.Frozen;

namespace IntegrationHub.Identity.Normalise;

/// <summary>How a name in Chinese characters is read: the surname, of one character or two, and what follows.</summary>
/// <param name="Family">In pinyin without tones; empty when the name is of one character.</param>
/// <param name="Given">The same.</param>
internal readonly record struct ChineseName(string Family, string Given)
{
    private const int LengthMax = 4;

    private static readonly FrozenSet<string> CompoundSurnames = (
        "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 "
        + "宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 "
        + "微生 公户 公玉 梁丘 左丘 东门 西门 第五").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> CompoundReadings =
        new Dictionary<string, string>(StringComparer.Ordinal) { ["尉迟"] = "yuchi", ["万俟"] = "moqi", ["长孙"] = "zhangsun" }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Spellings =
        Resource.Lines("surname-spellings.txt").Select(static line => line.Split(' ')).ToFrozenDictionary(static pair => pair[0], static pair => pair[1]);

    /// <param name="name">Simplified characters alone, no blanks.</param>
    /// <returns>Null when it is too long for a name.</returns>
    public static ChineseName? Read(string name)
    {
        if (name.Length is 0 or > LengthMax || !name.All(Han.Is))
            return null;
        var length = name.Length > 2 && CompoundSurnames.Contains(name[..2]) ? 2 : name.Length > 1 ? 1 : 0;
        var family = name[..length];
        return new(CompoundReadings.GetValueOrDefault(family) ?? Han.SurnameReadingOf(family), Han.ReadingOf(name.AsSpan(length)));
    }

    /// <summary>A surname as pinyin spells it, such as <c>chen</c> for <c>chan</c>; null when the word is no other spelling of one.</summary>
    public static string? PinyinOf(string word) => Spellings.GetValueOrDefault(word);
}
