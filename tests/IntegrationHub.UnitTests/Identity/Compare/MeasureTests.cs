using IntegrationHub.Identity.Compare;
using Xunit;

namespace IntegrationHub.UnitTests.Identity.Compare;

public sealed class MeasureTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("ada", "", 3)]
    [InlineData("smith", "smyth", 1)]
    [InlineData("smith", "simth", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ca", "abc", 3)] // each letter is edited once: an unrestricted measure says 2
    [InlineData("张伟", "张维", 1)]
    public void EditsAreCounted(string left, string right, int expected) => Assert.Equal(expected, EditDistance.Between(left, right));

    [Theory]
    [InlineData("martha", "marhta", 0.9611)]
    [InlineData("dwayne", "duane", 0.8400)]
    [InlineData("dixon", "dicksonx", 0.8133)]
    [InlineData("", "", 1)]
    [InlineData("a", "", 0)]
    [InlineData("abc", "xyz", 0)]
    public void JaroWinklerIsAsPublished(string left, string right, double expected) => Assert.Equal(expected, JaroWinkler.Between(left, right), 4);

    [Fact]
    public void EditsAreThoseOfTheTable()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var left = SomeText(random, random.Next(70));
            var right = random.Next(2) == 0 ? SomeText(random, random.Next(70)) : Changed(random, left);
            Assert.Equal(SlowMeasures.Edits(left, right), EditDistance.Between(left, right));
        }
    }

    [Fact]
    public void JaroWinklerIsThatOfTheDefinition()
    {
        var random = new Random(2);
        for (var i = 0; i < 20_000; i++)
        {
            var left = SomeText(random, random.Next(70));
            var right = random.Next(2) == 0 ? SomeText(random, random.Next(70)) : Changed(random, left);
            Assert.Equal(SlowMeasures.JaroWinkler(left, right), JaroWinkler.Between(left, right), 12);
        }
    }

    private static string SomeText(Random random, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => "abcdeé张伟"[random.Next(8)]));

    private static string Changed(Random random, string text)
    {
        for (var i = random.Next(4); i > 0; i--)
        {
            var at = random.Next(text.Length + 1);
            text = random.Next(3) switch
            {
                0 => text.Insert(at, SomeText(random, 1)),
                1 when at < text.Length => text.Remove(at, 1),
                _ when at + 1 < text.Length => text[..at] + text[at + 1] + text[at] + text[(at + 2)..],
                _ => text,
            };
        }

        return text;
    }
}
