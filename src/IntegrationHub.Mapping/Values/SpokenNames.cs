namespace IntegrationHub.Mapping;

/// <summary>Languages and currencies by the names that people and systems use.</summary>
internal static class SpokenNames
{
    // ISO 639-1, ISO 639-2 (both forms where there are two), English name, own name.
    private const string LanguageTable = """
        ar ara Arabic العربية|bg bul Bulgarian български|bn ben Bengali বাংলা|ca cat Catalan català|cs ces cze Czech čeština|cy cym wel Welsh Cymraeg
        da dan Danish dansk|de deu ger German Deutsch|el ell gre Greek Ελληνικά|en eng English|es spa Spanish español|et est Estonian eesti
        eu eus baq Basque euskara|fa fas per Persian فارسی|fi fin Finnish suomi|fr fra fre French français|ga gle Irish Gaeilge|he heb Hebrew עברית
        hi hin Hindi हिन्दी|hr hrv Croatian hrvatski|hu hun Hungarian magyar|id ind Indonesian|is isl ice Icelandic íslenska|it ita Italian italiano
        ja jpn Japanese 日本語|ko kor Korean 한국어|lt lit Lithuanian lietuvių|lv lav Latvian latviešu|ms msa may Malay|mt mlt Maltese Malti
        nb nob Norwegian norsk|nl nld dut Dutch Nederlands|pl pol Polish polski|pt por Portuguese português|ro ron rum Romanian română|ru rus Russian русский
        sk slk slo Slovak slovenčina|sl slv Slovenian slovenščina|sq sqi alb Albanian shqip|sr srp Serbian српски|sv swe Swedish svenska|sw swa Swahili
        ta tam Tamil தமிழ்|th tha Thai ไทย|tr tur Turkish Türkçe|uk ukr Ukrainian українська|ur urd Urdu اردو|vi vie Vietnamese|zh zho chi Chinese 中文
        """;

    // ISO 4217, then signs and names; a sign that several currencies share stands with none but the one that is written without a country.
    private const string CurrencyTable = """
        EUR € Euro|USD $ US$ US_Dollar|GBP £ Pound_Sterling Pound|JPY ¥ JP¥ Yen|CHF SFr. Swiss_Franc|CNY CN¥ RMB Yuan Renminbi|AUD A$ AU$ Australian_Dollar
        CAD C$ CA$ Canadian_Dollar|NZD NZ$ New_Zealand_Dollar|SEK Swedish_Krona|NOK Norwegian_Krone|DKK Danish_Krone|PLN zł Zloty|CZK Kč Czech_Koruna
        HUF Ft Forint|RON lei Romanian_Leu|BGN лв Bulgarian_Lev|RUB ₽ Russian_Ruble|UAH ₴ Hryvnia|TRY ₺ Turkish_Lira|ILS ₪ Shekel|INR ₹ Rs. Indian_Rupee
        KRW ₩ Won|THB ฿ Baht|VND ₫ Dong|IDR Rp Rupiah|MYR RM Ringgit|PHP ₱ Philippine_Peso|SGD S$ Singapore_Dollar|HKD HK$ Hong_Kong_Dollar
        TWD NT$ New_Taiwan_Dollar|BRL R$ Real|MXN MX$ Mexican_Peso|ARS Argentine_Peso|CLP Chilean_Peso|COP Colombian_Peso|ZAR Rand|EGP Egyptian_Pound
        NGN ₦ Naira|KES KSh Kenyan_Shilling|AED Dirham|SAR Saudi_Riyal|ISK Icelandic_Krona
        """;

    /// <summary>Each language's ISO 639-1 code with its other forms.</summary>
    public static IEnumerable<(string Code, string[] Forms)> Languages => Entries(LanguageTable);

    /// <summary>Each currency's ISO 4217 code with its other forms.</summary>
    public static IEnumerable<(string Code, string[] Forms)> Currencies => Entries(CurrencyTable);

    private static IEnumerable<(string Code, string[] Forms)> Entries(string table) => table
        .Split(['|', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => entry.Split(' '))
        .Select(forms => (forms[0], forms[1..].Select(form => form.Replace('_', ' ')).ToArray()));
}
