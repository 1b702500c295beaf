namespace IntegrationHub.Sandbox;

/// <summary>A town with the beginning of its postcodes; <c>#</c> stands for a digit.</summary>
internal sealed record Town(string Name, string Postcode);

/// <summary>What a population needs to know of a country.</summary>
/// <param name="Code">ISO 3166, two letters.</param>
/// <param name="Language">The language of most people there, as a tag.</param>
/// <param name="Locale">Bogus's locale for names and streets; null where the names come from <see cref="ChineseNames"/>.</param>
/// <param name="Mobile">A mobile number in E.164; <c>#</c> stands for a digit, <c>N</c> for one from 2.</param>
/// <param name="Landline">A landline number likewise.</param>
/// <param name="NumberFirst">Whether the house number stands before the street.</param>
/// <param name="Towns">Some towns.</param>
/// <param name="Share">How often people live there, in parts of all.</param>
internal sealed record Place(
    string Code, string Language, string? Locale, string Mobile, string Landline, bool NumberFirst, IReadOnlyList<Town> Towns, int Share)
{
    public bool IsChinese => Locale is null;
}

/// <summary>The countries that people of a population live in.</summary>
internal static class Places
{
    public static IReadOnlyList<Place> All { get; } =
    [
        new("DE", "de", "de", "+49151########", "+4930N#######", false,
            Towns("Berlin:10###|Hamburg:20###|München:80###|Köln:50###|Görlitz:028##"), 20),
        new("AT", "de", "de", "+43664#######", "+431N######", false, Towns("Wien:10#0|Graz:80##|Salzburg:50##"), 5),
        new("CH", "fr", "fr", "+4179#######", "+4122N######", false, Towns("Genève:12##|Lausanne:10##|Zürich:80##"), 4),
        new("FR", "fr", "fr", "+3361#######", "+3314#######", true, Towns("Paris:750##|Lyon:6900#|Nîmes:300##|Besançon:250##"), 12),
        new("GB", "en", "en_GB", "+447712######", "+442079######", true,
            Towns("London:SW1A #AA|Leeds:LS1 #BD|Bristol:BS1 #QT|Cardiff:CF10 #AB"), 10),
        new("US", "en", "en_US", "+141555#####", "+121255#####", true, Towns("San Francisco:941##|New York:100##|Portland:972##"), 9),
        new("ES", "es", "es", "+346########", "+3491N######", false, Towns("Madrid:280##|A Coruña:150##|Málaga:290##"), 6),
        new("IT", "it", "it", "+39347#######", "+3906N#######", false, Towns("Roma:001##|Forlì:471##|Torino:101##"), 5),
        new("PL", "pl", "pl", "+48601######", "+4822N######", false, Towns("Warszawa:00-###|Łódź:90-###|Kraków:30-###"), 5),
        new("CN", "zh-CN", null, "+86138########", "+86106#######", false,
            Towns("北京市:1000##|上海市:2000##|广州市:5100##|深圳市:5180##|杭州市:3100##"), 18),
        new("TW", "zh-TW", null, "+8869########", "+88622#######", false, Towns("臺北市:10###|高雄市:80###|臺中市:40###"), 4),
        new("HK", "zh-TW", null, "+85296######", "+85226######", false, Towns("香港:"), 2),
    ];

    /// <summary>A country that organisations have tax ids of.</summary>
    public static IReadOnlyList<Place> Business { get; } = [.. All.Where(place => place.Code is "DE" or "FR" or "GB" or "CN")];

    private static Town[] Towns(string list) =>
        [.. list.Split('|').Select(town => town.Split(':')).Select(parts => new Town(parts[0], parts[1]))];
}
