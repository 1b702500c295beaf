using IntegrationHub.Mapping.Validation.Rules;
using Xunit;

namespace IntegrationHub.UnitTests.Validation.Rules;

public sealed class TextRuleTests
{
    private static readonly FieldRules Rules = new(SchemaFiles.Clock);

    private static readonly string Local64 = new('a', 64);
    private static readonly string Label63 = new('d', 63);

    public static TheoryData<string, string> Good => new()
    {
        { "email", "ada@example.org" },
        { "email", "ada.lovelace+news@mail.example.co.uk" },
        { "email", "o'brien/sales={x}@example.org" },
        { "email", "用户@例子.公司" },
        { "email", "jürgen@bücher.example" },
        { "email", "ada@xn--bcher-kva.example" },
        { "email", "1@2.example" },
        { "email", "𠮷野@example.org" },
        { "email", $"{Local64}@example.org" },
        { "email", $"a@{Label63}.{Label63}.{Label63}.{new string('d', 60)}" },
        { "url", "https://example.org" },
        { "url", "http://例子.公司/路径?x=1#y" },
        { "url", "HTTPS://example.org:8443/a%20b" },
        { "language", "de" },
        { "language", "en-GB" },
        { "language", "zh-Hans-CN" },
        { "language", "zh-yue-HK" },
        { "language", "cmn-Hant" },
        { "language", "es-419" },
        { "language", "sl-rozaj-biske-1994" },
        { "language", "de-DE-u-co-phonebk-x-a-1" },
        { "country", "CN" },
        { "country", "GB" },
        { "currency", "CNY" },
        { "currency", "EUR" },
        { "currency", "JPY" },
        { "script", "Hans" },
        { "script", "Latn" },
        { "date", "2024-02-29" },
        { "date", "1850-01-01" },
        { "date", "2200-12-31" },
        { "birthDate", "1985-03-01" },
        { "birthDate", "2026-03-01" },
        { "dateTime", "2026-03-01T09:30:00Z" },
        { "dateTime", "2026-03-01T09:30Z" },
        { "dateTime", "2026-03-01T09:30:00.123456789+05:45" },
        { "dateTime", "2026-03-01T23:59:59-14:00" },
        { "iban", "DE89370400440532013000" },
        { "iban", "GB29NWBK60161331926819" },
        { "iban", "NO9386011117947" },
        { "iban", "MT84MALT011000012345MTLCAST001S" },
        { "chineseResidentId", "11010519491231002X" },
        { "chineseResidentId", "440524188001010014" },
        { "unifiedSocialCreditCode", "91350100M000100Y43" },
        { "unifiedSocialCreditCode", "914403001922038216" },
        { "phone", "+442079460018" },
        { "phone", "+8613800138000" },
    };

    public static TheoryData<string, string> Bad => new()
    {
        { "email", "ada" },
        { "email", "@example.org" },
        { "email", "ada@" },
        { "email", "ada@localhost" },
        { "email", "ada..lovelace@example.org" },
        { "email", ".ada@example.org" },
        { "email", "ada.@example.org" },
        { "email", "ada@example..org" },
        { "email", "ada@-example.org" },
        { "email", "ada@example-.org" },
        { "email", "ada@192.168.0.1" },
        { "email", "ada@[192.168.0.1]" },
        { "email", "ada@b@example.org" },
        { "email", "ada lovelace@example.org" },
        { "email", " ada@example.org" },
        { "email", "ada@example.org." },
        { "email", "Ada <ada@example.org>" },
        { "email", "ada@example.org,eve@example.org" },
        { "email", "\"ada\"@example.org" },
        { "email", $"{Local64}a@example.org" },
        { "email", "用户用户用户用户用户用户用户用户用户用户用户@例子.公司" },
        { "email", $"ada@{Label63}d.org" },
        { "email", $"ab@{Label63}.{Label63}.{Label63}.{new string('d', 60)}" },
        { "email", "ada@例子。公司" },
        { "email", "ada@exa mple.org" },
        { "email", "ada\ud800@example.org" },
        { "email", "ada\u200b@example.org" },
        { "url", "example.org" },
        { "url", "ftp://example.org" },
        { "url", "http:example.org" },
        { "url", "https:\\\\example.org" },
        { "url", "javascript:alert(1)" },
        { "url", "https://" },
        { "url", "https://intranet/page" },
        { "url", "https://user:secret@example.org" },
        { "url", "https://example.org/a b" },
        { "url", $"https://example.org/{new string('a', 2048)}" },
        { "language", "xx" },
        { "language", "german" },
        { "language", "en_GB" },
        { "language", "en-" },
        { "language", "en-GB-GB" },
        { "language", "de-x" },
        { "language", "de-u-co-u-co" },
        { "language", "chi" },
        { "country", "UK" },
        { "country", "cn" },
        { "country", "CHN" },
        { "currency", "XXX" },
        { "currency", "eur" },
        { "currency", "RMB" },
        { "script", "hans" },
        { "script", "Chin" },
        { "date", "2025-02-29" },
        { "date", "1849-12-31" },
        { "date", "9999-12-31" },
        { "date", "2026-3-1" },
        { "date", "2026-03-01T00:00:00Z" },
        { "date", "２０２６-03-01" },
        { "birthDate", "2026-03-03" },
        { "birthDate", "1985-13-01" },
        { "dateTime", "2026-03-01" },
        { "dateTime", "2026-03-01T09:30:00" },
        { "dateTime", "2026-03-01 09:30:00Z" },
        { "dateTime", "2026-03-01T24:00:00Z" },
        { "dateTime", "2026-03-01T09:60:00Z" },
        { "dateTime", "2026-03-01T09:30:00.Z" },
        { "dateTime", "2026-03-01T09:30:00.1234567890Z" },
        { "dateTime", "2026-03-01T09:30:00+15:00" },
        { "dateTime", "2026-03-01T09:30:00+0800" },
        { "dateTime", "2026-02-30T09:30:00Z" },
        { "dateTime", "2026-03-01T" },
        { "iban", "DE89 3704 0044 0532 0130 00" },
        { "iban", "de89370400440532013000" },
        { "iban", "DE8937040044053201300" },
        { "iban", "US64SVBKUS6S3300958879" },
        { "iban", "DE" },
        { "chineseResidentId", "11010519491231002x" },
        { "chineseResidentId", "110105491231002" },
        { "unifiedSocialCreditCode", "91350100M000100Y4I" },
        { "unifiedSocialCreditCode", "91350100m000100y43" },
        { "phone", "442079460018" },
        { "phone", "+44 20 7946 0018" },
        { "phone", "+4420794600181" },
        { "phone", "+" },
        { "phone", "+999123456789" },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void GoodTextIsAccepted(string rule, string text) => Assert.True(Rules.Find(rule, "test").Accepts(text));

    [Theory]
    [MemberData(nameof(Bad))]
    public void BadTextIsRefused(string rule, string text) => Assert.False(Rules.Find(rule, "test").Accepts(text));

    [Theory]
    [InlineData("email")]
    [InlineData("phone")]
    [InlineData("url")]
    [InlineData("language")]
    [InlineData("country")]
    [InlineData("currency")]
    [InlineData("script")]
    [InlineData("date")]
    [InlineData("birthDate")]
    [InlineData("dateTime")]
    [InlineData("chineseResidentId")]
    [InlineData("unifiedSocialCreditCode")]
    [InlineData("iban")]
    public void NoTextMakesARuleFail(string name)
    {
        var rule = Rules.Find(name, "test");

        string[] texts = ["", " ", "\0", "-", "@", "T", "\ud800", "\udc00@x", "a@\ud800.org", "+", "++", "D1", new('9', 5000), new('文', 5000)];
        Assert.All(texts, text => Assert.False(rule.Accepts(text)));
    }

    [Fact]
    public void TheCodeListsAreComplete()
    {
        Assert.Equal(249, CodeLists.Countries.Count);
        Assert.InRange(CodeLists.Currencies.Count, 175, 195);
        Assert.Equal(184, CodeLists.Languages.Count(code => code.Length == 2));
        Assert.All(CodeLists.Scripts, code => Assert.Matches("^[A-Z][a-z]{3}$", code));
    }
}
