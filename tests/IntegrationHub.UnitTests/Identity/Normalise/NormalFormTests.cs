using FsCheck;
using FsCheck.Fluent;
using IntegrationHub.Identity.Normalise;
using Xunit;

namespace IntegrationHub.UnitTests.Identity.Normalise;

public sealed class NormalFormTests
{
    private static readonly Normaliser Chinese = new("86");

    [Theory]
    [InlineData("Ada", "ada")]
    [InlineData("José", "jose")]
    [InlineData("Jose\u0301", "jose")]
    [InlineData("O’Neil-Smith, Jr.", "oneilsmithjr")]
    [InlineData("ＡＤＡ", "ada")]
    [InlineData("Łukasz Øre Straße", "lukaszorestrasse")]
    [InlineData("Nguyễn", "nguyen")]
    [InlineData("尉迟 莉英", "尉迟莉英")]
    [InlineData("が", "か\u3099")]
    [InlineData("김", "\u1100\u1175\u11B7")]
    [InlineData("ΟΔΥΣΣΕΥΣ", "οδυσσευσ")]
    [InlineData("Οδυσσεύς", "οδυσσευσ")]
    [InlineData("a\u200Bb", "ab")]
    [InlineData("- .", null)]
    [InlineData("", null)]
    public void NamesLoseCaseAccentsAndPunctuation(string text, string? form) => Assert.Equal(form, NameForm.Of(text));

    [Theory]
    [InlineData(" Ada@Example.ORG ", "ada@example.org")]
    [InlineData("ada.l+shop@example.org", "ada.l+shop@example.org")]
    [InlineData("ＹＵＣＨＩ＠163.COM", "yuchi@163.com")]
    [InlineData("\u00A0ada@example.org\u200B", "ada@example.org")]
    [InlineData("аda@example.org", "аda@example.org")] // a Cyrillic а looks alike and is another address
    [InlineData("ada", null)]
    [InlineData("@example.org", null)]
    [InlineData("ada@", null)]
    [InlineData("ada b@example.org", null)]
    public void AddressesLoseCaseAndBlanks(string text, string? form) => Assert.Equal(form, EmailForm.Of(text));

    [Theory]
    [InlineData("+86 139-9759-1016", null, "+8613997591016")]
    [InlineData("0086 13997591016", null, "+8613997591016")]
    [InlineData("188-7944-9960", "86", "+8618879449960")]
    [InlineData("(021) 5555-1234", "86", "+862155551234")]
    [InlineData("06 69", "39", null)]
    [InlineData("06 698 2345", "39", "+39066982345")]
    [InlineData("+44 (20) 7946 0958 ext. 12", null, "+442079460958")]
    [InlineData("＋８６１３９９７５９１０１６", null, "+8613997591016")]
    [InlineData("188-7944-9960", null, null)]
    [InlineData("+86 00000000", null, null)]
    [InlineData("+1 999 9999999", null, null)]
    [InlineData("+1234", null, null)]
    [InlineData("+1234567890123456", null, null)]
    [InlineData("call me", "86", null)]
    [InlineData("", "86", null)]
    public void NumbersAreDigitsWithTheirCountry(string text, string? callingCode, string? form) =>
        Assert.Equal(form, PhoneForm.Of(text, callingCode));

    [Theory]
    [InlineData("11010519491231002x", "11010519491231002X")]
    [InlineData("DE 123.456-789", "DE123456789")]
    [InlineData("ＤＥ１２３４", "DE1234")]
    [InlineData("000-000", null)]
    [InlineData("12", null)]
    public void IdentifiersAreUpperCaseLettersAndDigits(string text, string? form) => Assert.Equal(form, IdentifierForm.Of(text));

    [Theory]
    [InlineData("1975-03-19", "19750319")]
    [InlineData(" 19750319 ", "19750319")]
    [InlineData("1975-02-30", null)]
    [InlineData("19/03/1975", null)]
    public void DatesAreCalendarDays(string text, string? form) => Assert.Equal(form, Chinese.Of(ValueKind.Date, text, out _));

    [Theory]
    [InlineData("  Acme \t GmbH\u00A0", "acme gmbh")]
    [InlineData("a\u001Fb", "a b")]
    [InlineData(" ", null)]
    public void TextsKeepTheirWords(string text, string? form) => Assert.Equal(form, Chinese.Of(ValueKind.Text, text, out _));

    [Fact]
    public void AReasonShowsTheShapeAndNotTheValue()
    {
        Chinese.Of(ValueKind.Email, "secret", out var reason);
        Assert.Equal("not an e-mail address (text of 6: a6)", reason);
    }

    [Fact]
    public void EveryFormIsItsOwnForm()
    {
        var pieces = Gen.Elements("A", "é", "e\u0301", "ß", "İ", "ﬁ", "Ⅷ", "１", "0", "9", "+", "-", " ", "@", ".", "が", "김", "中", "𝒜", "\u0323", "\u0301", "Ǆ", "ẞ", "x", "\u200B");
        var texts = pieces.ListOf().Select(string.Concat);
        Prop.ForAll(texts.ToArbitrary(), Gen.Elements(Enum.GetValues<ValueKind>()).ToArbitrary(), (text, kind) =>
            Chinese.Of(kind, text, out _) is not { } form || Chinese.Of(kind, form, out _) == form)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }
}
