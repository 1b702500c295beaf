using Xunit;

namespace IntegrationHub.UnitTests.Mapping.Jsonata;

/// <summary>S52: what an expression only passes through keeps its digits; arithmetic is that of doubles.</summary>
public sealed class PassThroughTests
{
    private const string Input = """{ "amount": 1.10, "big": 12345678901234567890, "tiny": 0.12345678901234567890123, "list": [2.50, 1.10] }""";

    [Theory]
    [InlineData("amount", "1.10")]
    [InlineData("big", "12345678901234567890")]
    [InlineData("tiny", "0.12345678901234567890123")]
    [InlineData("""{ "a": amount, "l": list }""", """{"a":1.10,"l":[2.50, 1.10]}""")]
    [InlineData("list[1]", "1.10")]
    [InlineData("$max(list)", "2.50")]
    [InlineData("$sort(list)", "[1.10,2.50]")]
    [InlineData("list^($)", "[1.10,2.50]")]
    [InlineData("$ ~> |$|{'x': amount}, 'list'|", """{"amount":1.10,"big":12345678901234567890,"tiny":0.12345678901234567890123,"x":1.10}""")]
    [InlineData("$string(big)", "\"12345678901234567890\"")]
    [InlineData("amount + 0", "1.1")]
    [InlineData("0.1 + 0.2", "0.30000000000000004")]
    [InlineData("$sum(list)", "3.6")]
    public void DigitsStayUntilSomebodyCalculates(string expression, string expected) => Assert.Equal(
        expected.Replace(" ", "", StringComparison.Ordinal),
        Evaluate.Json(expression, Input)?.Replace(" ", "", StringComparison.Ordinal));

    [Theory]
    [InlineData("""{ "a": null }""", "a", "null")]
    [InlineData("""{ "a": "" }""", "a", "\"\"")]
    [InlineData("{}", "a", null)]
    [InlineData("""{ "a": "\ud800" }""", "a & 'x'", "\"\\ud800x\"")]
    public void NothingNullAndEmptyStayApart(string input, string expression, string? expected) =>
        Assert.Equal(expected, Evaluate.Json(expression, input));
}
