using FsCheck;
using FsCheck.Fluent;
using IntegrationHub.Mapping.Validation;
using Xunit;

namespace IntegrationHub.UnitTests.Validation;

public sealed class PhoneNumbersTests
{
    private static readonly (string Country, string Text, string E164)[] Cases =
    [
        .. File.ReadLines(Path.Combine(SchemaFiles.RepositoryFolder, "tests", "IntegrationHub.UnitTests", "Validation", "phone-cases.tsv"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('\t'))
            .Select(columns => (columns[0], columns[1], columns[2])),
    ];

    [Theory]
    [InlineData("US", "(202) 555-0143", "+12025550143")]
    [InlineData("US", "1-202-555-0143", "+12025550143")]
    [InlineData("CA", "506-234-5678", "+15062345678")]
    [InlineData("MX", "222 123 4567", "+522221234567")]
    [InlineData("BR", "(11) 96123-4567", "+5511961234567")]
    [InlineData("BR", "0 15 11 96123-4567", "+5511961234567")]
    [InlineData("AR", "011 15-2345-6789", "+5491123456789")]
    [InlineData("CL", "(2) 2123 4567", "+56221234567")]
    [InlineData("CO", "321 1234567", "+573211234567")]
    [InlineData("GB", "020 7946 0018", "+442079460018")]
    [InlineData("IE", "085 012 3456", "+353850123456")]
    [InlineData("FR", "06 12 34 56 78", "+33612345678")]
    [InlineData("DE", "030 / 901820", "+4930901820")]
    [InlineData("AT", "0664 123456", "+43664123456")]
    [InlineData("CH", "078 123 45 67", "+41781234567")]
    [InlineData("IT", "06 1234 5678", "+390612345678")]
    [InlineData("ES", "612 34 56 78", "+34612345678")]
    [InlineData("PT", "912 345 678", "+351912345678")]
    [InlineData("NL", "06 12345678", "+31612345678")]
    [InlineData("BE", "0470 12 34 56", "+32470123456")]
    [InlineData("SE", "070-123 45 67", "+46701234567")]
    [InlineData("NO", "406 12 345", "+4740612345")]
    [InlineData("DK", "34 41 23 45", "+4534412345")]
    [InlineData("FI", "041 2345678", "+358412345678")]
    [InlineData("PL", "512 345 678", "+48512345678")]
    [InlineData("CZ", "601 123 456", "+420601123456")]
    [InlineData("HU", "06 20 123 4567", "+36201234567")]
    [InlineData("RU", "8 (912) 345-67-89", "+79123456789")]
    [InlineData("TR", "0501 234 56 78", "+905012345678")]
    [InlineData("CN", "138 0013 8000", "+8613800138000")]
    [InlineData("CN", "010-12345678", "+861012345678")]
    [InlineData("HK", "5123 4567", "+85251234567")]
    [InlineData("TW", "0912 345 678", "+886912345678")]
    [InlineData("JP", "090-1234-5678", "+819012345678")]
    [InlineData("KR", "010-2000-0000", "+821020000000")]
    [InlineData("SG", "8123 4567", "+6581234567")]
    [InlineData("IN", "081234 56789", "+918123456789")]
    [InlineData("AU", "0412 345 678", "+61412345678")]
    [InlineData("NZ", "021 123 4567", "+64211234567")]
    [InlineData("ZA", "071 123 4567", "+27711234567")]
    [InlineData("AE", "050 123 4567", "+971501234567")]
    public void ANationalNumberOfManyCountriesBecomesE164(string country, string text, string expected)
    {
        Assert.True(PhoneNumbers.TryToE164(text, country, out var e164));
        Assert.Equal(expected, e164);
        Assert.True(PhoneNumbers.IsE164(e164));
    }

    [Theory]
    [InlineData("+44 20 7946 0018")]
    [InlineData("+44 (0)20 7946 0018")]
    [InlineData("0044 20 7946 0018")]
    [InlineData("＋４４ ２０ ７９４６ ００１８")]
    [InlineData("+٤٤ ٢٠ ٧٩٤٦ ٠٠١٨")]
    [InlineData("+44\u00a020\u201179\u200946 0018\u200e")]
    [InlineData("tel:+44-20-7946-0018")]
    [InlineData("  +44.20.7946.0018  ")]
    public void AnInternationalNumberNeedsNoCountry(string text)
    {
        Assert.True(PhoneNumbers.TryToE164(text, null, out var e164));
        Assert.Equal("+442079460018", e164);
    }

    [Theory]
    [InlineData("011 44 20 7946 0018", "US")]
    [InlineData("010 44 20 7946 0018", "JP")]
    [InlineData("8 10 44 20 7946 0018", "RU")]
    [InlineData("0011 44 20 7946 0018", "AU")]
    [InlineData("00 44 20 7946 0018", "US")]
    [InlineData("44 20 7946 0018", "GB")]
    [InlineData("020 7946 0018", "gb")]
    [InlineData("+44 20 7946 0018", "DE")]
    [InlineData("+44 20 7946 0018", "nowhere")]
    public void ANumberIsReadAsItIsDialledInTheCountry(string text, string country)
    {
        Assert.True(PhoneNumbers.TryToE164(text, country, out var e164));
        Assert.Equal("+442079460018", e164);
    }

    [Theory]
    [InlineData("020 7946 0018", null)]
    [InlineData("020 7946 0018", "XX")]
    [InlineData("020 7946 0018 ext. 12", "GB")]
    [InlineData("020 7946 0018 x12", "GB")]
    [InlineData("020 7946 001", "GB")]
    [InlineData("1-800-FLOWERS", "US")]
    [InlineData("", "GB")]
    [InlineData("+", "GB")]
    [InlineData("+44+20 7946 0018", "GB")]
    [InlineData("020 7946 0018, 020 7946 0019", "GB")]
    [InlineData("999", "GB")]
    [InlineData("+0442079460018", "GB")]
    [InlineData("+81 0037 1234567890123", null)]
    public void WhatIsNoNumberOfTheCountryIsRefused(string text, string? country)
    {
        Assert.False(PhoneNumbers.TryToE164(text, country, out var e164));
        Assert.Empty(e164);
        Assert.False(PhoneNumbers.IsE164(text.Replace(" ", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void TheVerdictIsLibphonenumbersOnEveryRecordedCase()
    {
        var differing = Cases
            .Where(item => (PhoneNumbers.TryToE164(item.Text, item.Country, out var e164) ? e164 : "") != item.E164)
            .Select(item => $"{item.Country} {item.Text}: expected '{item.E164}'");

        Assert.Empty(differing);
    }

    [Fact]
    public void WhatIsGivenIsAcceptedAndStaysWhatItIsWhateverTheCountry() => Prop.ForAll(
        (from item in Gen.Elements(Cases)
         from digit in Gen.Choose(0, 9)
         from elsewhere in Gen.Elements(Cases)
         select (Text: item.Text[..^1] + digit, item.Country, Elsewhere: elsewhere.Country)).ToArbitrary(),
        sample => !PhoneNumbers.TryToE164(sample.Text, sample.Country, out var once)
            || (PhoneNumbers.IsE164(once) && PhoneNumbers.TryToE164(once, sample.Elsewhere, out var twice) && once == twice))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
}
