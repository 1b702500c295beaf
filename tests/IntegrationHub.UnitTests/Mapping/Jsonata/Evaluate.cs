using System.Text.Json;
using IntegrationHub.Mapping.Jsonata;
using IntegrationHub.UnitTests.Fixtures;

namespace IntegrationHub.UnitTests.Mapping.Jsonata;

/// <summary>Evaluates expressions at a moment that stands still.</summary>
internal static class Evaluate
{
    public static JsonataEnvironment Environment { get; } = new(new ManualClock(), new Random(7));

    /// <summary>The result as JSON; null when there is none.</summary>
    public static string? Json(string expression, string? input = null, JsonataLimits? limits = null) =>
        JsonataExpression.Parse(expression, limits).Evaluate(input is null ? default : JsonDocument.Parse(input).RootElement,
            Environment).ToJson();
}
