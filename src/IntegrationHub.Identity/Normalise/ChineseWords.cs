using System.Collections.Frozen;

namespace IntegrationHub.Identity.Normalise;

/// <summary>
/// Cuts addresses and company names in Chinese characters into words, each as it is read, so that they can be compared with each other and
/// with the same written in Latin letters. What only says of which sort a word is (province, road, storey, limited company) is left out.
/// </summary>
internal static class ChineseWords
{
    // After one of these a word ends; the sign itself says little. Longer ones first.
    private static readonly string[] Endings =
    [
        "特别行政区", "自治区", "自治州", "街道", "大街", "大道", "单元", "号楼", "小区", "花园", "胡同", "地区", "新村", "公寓", "大厦", "广场",
        "省", "市", "区", "县", "旗", "镇", "乡", "村", "路", "街", "道", "巷", "弄", "里", "号", "栋", "幢", "座", "楼", "层", "室", "户",
    ];

    private static readonly string[] LegalForms =
        ["有限责任公司", "股份有限公司", "集团有限公司", "有限公司", "责任公司", "股份公司", "分公司", "总公司", "公司", "集团", "厂", "店"];

    // Trades, as companies write them in both languages.
    private static readonly FrozenDictionary<string, string> Trades = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["贸易"] = "trading", ["商贸"] = "trading", ["软件"] = "software", ["电子"] = "electronics", ["科技"] = "technology", ["技术"] = "technology",
        ["机械"] = "machinery", ["食品"] = "food", ["医药"] = "pharmaceutical", ["建筑"] = "construction", ["建设"] = "construction",
        ["传媒"] = "media", ["咨询"] = "consulting", ["物流"] = "logistics", ["运输"] = "transport", ["国际"] = "international",
        ["投资"] = "investment", ["实业"] = "industrial", ["工业"] = "industry", ["网络"] = "network", ["信息"] = "information",
        ["生物"] = "biotech", ["化工"] = "chemical", ["汽车"] = "auto", ["纺织"] = "textile", ["服装"] = "garment", ["服饰"] = "garment",
        ["教育"] = "education", ["文化"] = "culture", ["广告"] = "advertising", ["酒店"] = "hotel", ["餐饮"] = "catering", ["旅游"] = "travel",
        ["置业"] = "property", ["地产"] = "property", ["装饰"] = "decoration", ["设计"] = "design", ["管理"] = "management", ["服务"] = "service",
        ["能源"] = "energy", ["环保"] = "environmental", ["材料"] = "materials", ["设备"] = "equipment", ["制造"] = "manufacturing",
        ["农业"] = "agriculture", ["金融"] = "finance", ["保险"] = "insurance", ["证券"] = "securities", ["医疗"] = "medical", ["通信"] = "communications",
        ["智能"] = "intelligent", ["家居"] = "home", ["家具"] = "furniture", ["印刷"] = "printing", ["包装"] = "packaging", ["塑料"] = "plastics",
    }.ToFrozenDictionary();

    private static readonly string[] Provinces;
    private static readonly FrozenSet<string> Places;

    static ChineseWords()
    {
        var lines = Resource.Lines("places-cn.txt").ToList();
        Provinces = lines[0].Split(' ');
        Places = lines.SelectMany(static line => line.Split(' ')).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <param name="phrase">In the form of <see cref="WordsForm"/>.</param>
    /// <param name="isOrganisation">A company's name; else an address, which drops its province.</param>
    /// <returns>Words in lower-case Latin letters and numbers; what is no Chinese in the phrase stays as it is.</returns>
    public static List<string> Of(string phrase, bool isOrganisation)
    {
        var words = new List<string>();
        foreach (var part in Han.Simplified(phrase).Split(' '))
        {
            for (var at = 0; at < part.Length;)
            {
                var end = EndOfRun(part, at);
                var run = part[at..end];
                if (!Han.Is(run[0]))
                    words.Add(run);
                else if (isOrganisation)
                    CutOrganisation(run, words);
                else
                    CutAddress(run, words);
                at = end;
            }
        }

        return words;
    }

    // A run is of Chinese characters, of digits, or of anything else.
    private static int EndOfRun(string text, int start)
    {
        var end = start + 1;
        while (end < text.Length && SortOf(text[end]) == SortOf(text[start]))
            end++;
        return end;
    }

    private static int SortOf(char character) => Han.Is(character) ? 0 : char.IsAsciiDigit(character) ? 1 : 2;

    private static void CutAddress(string run, List<string> words)
    {
        var rest = run.AsSpan();
        foreach (var province in Provinces)
        {
            // A city that is a province of its own is a city.
            if (rest.StartsWith(province) && rest[province.Length..] is ['省', ..] or ['自', '治', '区', ..])
                rest = rest[province.Length..].TrimStart("省自治区");
        }

        while (!rest.IsEmpty)
        {
            var place = PlaceAt(rest);
            if (place > 0)
            {
                words.Add(Han.ReadingOf(rest[..place]));
                rest = WithoutEnding(rest[place..]);
                continue;
            }

            var (length, ending) = NextEnding(rest);
            if (length > 0)
                words.Add(Han.ReadingOf(rest[..length]));
            rest = rest[(length + ending)..];
        }
    }

    private static int PlaceAt(ReadOnlySpan<char> text)
    {
        for (var length = Math.Min(4, text.Length); length >= 2; length--)
        {
            // 南京路 is a road.
            if (Places.Contains(text[..length].ToString()) && !(length < text.Length && text[length] is '路' or '街' or '大' or '东' or '西' or '南' or '北' or '中'))
                return length;
        }

        return 0;
    }

    private static ReadOnlySpan<char> WithoutEnding(ReadOnlySpan<char> text) => text.StartsWith("市") ? text[1..] : text;

    private static (int Length, int Ending) NextEnding(ReadOnlySpan<char> text)
    {
        // The first character never ends a word: 市南区, 里仁路.
        for (var i = 0; i < text.Length; i++)
        {
            foreach (var ending in Endings)
            {
                if (text[i..].StartsWith(ending) && (i > 1 || i + ending.Length == text.Length))
                    return (i, ending.Length);
            }
        }

        return (text.Length, 0);
    }

    private static void CutOrganisation(string run, List<string> words)
    {
        var rest = run.AsSpan();
        foreach (var form in LegalForms)
        {
            if (rest.EndsWith(form) && rest.Length > form.Length)
            {
                rest = rest[..^form.Length];
                break;
            }
        }

        var place = PlaceAt(rest);
        if (place > 0)
        {
            words.Add(Han.ReadingOf(rest[..place]));
            rest = WithoutEnding(rest[place..]);
        }

        if (rest.Length > 2 && Trades.TryGetValue(rest[^2..].ToString(), out var trade))
        {
            words.Add(Han.ReadingOf(rest[..^2]));
            words.Add(trade);
        }
        else if (!rest.IsEmpty)
        {
            words.Add(Han.ReadingOf(rest));
        }
    }
}
