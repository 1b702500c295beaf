using System.Text.Json;
using IntegrationHub.Mapping.Jsonata;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.UnitTests.Mapping.Jsonata;

/// <summary>Whatever the text, an expression ends with a result or with the language's own error, within its limits.</summary>
public sealed class PropertyTests
{
    private const int ExpressionsPerSeed = 2_000;

    private const string Input = """
        { "a": 1, "b": "two", "text": "aab ab", "odd name": [1, [2, 3], null], "list": [{ "a": 1, "b": [1, 2] }, { "a": 2 }, 7, "x"],
          "nested": { "list": [{ "a": { "b": true } }, { "a": [] }], "half": "\ud800" } }
        """;

    private static readonly JsonataLimits Limits = new() { Steps = 20_000, Items = 2_000, Characters = 20_000, Depth = 300 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    public void AnExpressionFailsOnlyInTheLanguagesOwnWay(int seed)
    {
        var expressions = new RandomExpressions(new Random(seed));
        var environment = new JsonataEnvironment(new ManualClock(), new Random(seed));
        using var document = JsonDocument.Parse(Input);
        var results = 0;
        for (var i = 0; i < ExpressionsPerSeed; i++)
        {
            var expression = expressions.Next();
            try
            {
                var json = JsonataExpression.Parse(expression, Limits).Evaluate(document.RootElement, environment).ToJson();
                Assert.True(json is null || json.Length <= Limits.Characters * 2, expression);
                results += json is null ? 0 : 1;
            }
            catch (JsonataException exception)
            {
                Assert.Matches("^[STD][0-9]{4}$", exception.Code);
                Assert.StartsWith(exception.Code + ": ", exception.Message, StringComparison.Ordinal);
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}, number {i}: {expression}\n{exception}");
            }
        }

        // Enough of them are sense for the property to say something.
        Assert.True(results > ExpressionsPerSeed / 20, $"Only {results} expressions had a result.");
    }
}
