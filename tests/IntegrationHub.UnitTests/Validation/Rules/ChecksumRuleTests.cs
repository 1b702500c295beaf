using FsCheck;
using FsCheck.Fluent;
using IntegrationHub.Mapping.Validation.Rules;
using Xunit;

namespace IntegrationHub.UnitTests.Validation.Rules;

/// <summary>The check characters, against ids that are made by the standards' own formulas (not by the rules' code).</summary>
public sealed class ChecksumRuleTests
{
    private static readonly ChineseResidentIdRule ResidentId = new(SchemaFiles.Clock);
    private static readonly UnifiedSocialCreditCodeRule CreditCode = new();
    private static readonly IbanRule Iban = new();

    [Fact]
    public void EveryWellMadeResidentIdIsAcceptedAndNoneWithAnotherDigit() =>
        HoldsFor(ResidentIds(), ResidentId, "0123456789X");

    [Fact]
    public void EveryWellMadeCreditCodeIsAcceptedAndNoneWithAnotherCharacter() =>
        HoldsFor(CreditCodes(), CreditCode, UnifiedSocialCreditCodeRule.Alphabet);

    [Fact]
    public void EveryWellMadeIbanIsAcceptedAndNoneWithAnotherDigit() => HoldsFor(Ibans(), Iban, "0123456789");

    [Theory]
    [InlineData("11010520270101")]
    [InlineData("11010519000229")]
    [InlineData("99010519491231")]
    [InlineData("11010518491231")]
    public void ARightCheckCharacterDoesNotMakeUpForAWrongPlaceOrDate(string start)
    {
        var body = start + "002";

        Assert.False(ResidentId.Accepts(body + ResidentCheck(body)));
    }

    [Fact]
    public void CheckDigitsThatTheStandardNeverGivesOutAreRefusedThoughTheirRemainderIsRight()
    {
        // 00, 01 and 99 leave the same remainder as 97, 98 and 02.
        var refused = 0;
        for (var account = 10_000_000_000; account < 10_000_001_000; account++)
        {
            foreach (var check in (string[])["00", "01", "99"])
            {
                var iban = $"NO{check}{account}";
                if (IbanRule.RemainderOf(iban) != 1)
                    continue;
                Assert.False(Iban.Accepts(iban));
                refused++;
            }
        }

        Assert.NotEqual(0, refused);
    }

    private static void HoldsFor(Gen<string> ids, FieldRule rule, string alphabet) => Prop.ForAll(
        (from id in ids
         from at in Gen.Choose(0, id.Length - 1)
         from other in Gen.Elements(alphabet.ToCharArray())
         select (id, at, other)).ToArbitrary(),
        sample =>
        {
            var (id, at, other) = sample;
            // An IBAN's letters stay letters: digits for letters change its length, which is another mistake.
            if (other == id[at] || (rule is IbanRule && !char.IsAsciiDigit(id[at])))
                return rule.Accepts(id);
            return rule.Accepts(id) && !rule.Accepts($"{id[..at]}{other}{id[(at + 1)..]}");
        }).QuickCheckThrowOnFailure();

    private static Gen<string> ResidentIds() =>
        from place in Gen.Elements("110105", "310115", "440524", "500101", "650102", "810000", "830000", "910000")
        from day in Gen.Choose(0, 55_000)
        from sequence in Gen.Choose(0, 999)
        let body = $"{place}{new DateOnly(1870, 1, 1).AddDays(day):yyyyMMdd}{sequence:000}"
        select body + ResidentCheck(body);

    // GB 11643-1999, 4.2: the weights as its table prints them.
    private static char ResidentCheck(string body)
    {
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        return "10X98765432"[body.Select((digit, index) => (digit - '0') * weights[index]).Sum() % 11];
    }

    private static Gen<string> CreditCodes()
    {
        // GB 32100-2015, 4.4: the weights as its table prints them.
        int[] weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
        const string alphabet = UnifiedSocialCreditCodeRule.Alphabet;
        return from start in Gen.Elements("91", "52", "12", "N2", "A1")
               from place in Gen.Choose(110000, 659999)
               from organisation in Gen.Elements(alphabet.ToCharArray()).ArrayOf(9)
               let body = start + place + new string(organisation)
               let sum = body.Select((character, index) => alphabet.IndexOf(character, StringComparison.Ordinal) * weights[index]).Sum()
               select body + alphabet[(31 - (sum % 31)) % 31];
    }

    private static Gen<string> Ibans() =>
        from country in Gen.Elements(IbanRule.Lengths.Keys.ToArray())
        from account in Gen.Elements("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".ToCharArray()).ArrayOf(IbanRule.Lengths[country] - 4)
        let moved = new string(account) + country + "00"
        let digits = string.Concat(moved.Select(character => char.IsAsciiDigit(character) ? $"{character}" : $"{character - 'A' + 10}"))
        let check = 98 - (int)(System.Numerics.BigInteger.Parse(digits) % 97)
        select $"{country}{check:00}{new string(account)}";
}
