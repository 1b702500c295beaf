using System.Text.Json;
using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;

namespace IntegrationHub.Mapping.Jsonata;

/// <summary>What an evaluation gave.</summary>
public readonly struct JsonataResult
{
    private readonly JsonataLimits _limits;

    internal JsonataResult(Value value, JsonataLimits limits)
    {
        Value = value;
        _limits = limits;
    }

    internal Value Value { get; }

    /// <summary>There is no result: a path led nowhere.</summary>
    public bool IsUndefined => Value.IsUndefined;

    /// <summary>The result is a place in the input, or part of one, unchanged; default when it was made.</summary>
    public JsonElement Source => Value.IsJson ? Value.Json : default;

    /// <summary>The result as JSON, numbers that were only passed through with the digits they had; null when there is none.</summary>
    /// <exception cref="JsonataException">D2015: longer than the limit. D1001: a number that JSON cannot hold.</exception>
    public string? ToJson() => IsUndefined || Value.IsFunction ? null : TextForm.Json(_limits, Value);
}
