using System.Text.Json;
using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;

namespace IntegrationHub.Mapping.Jsonata.Suite;

/// <summary>A case of a conformance suite that did not come out as it should.</summary>
/// <param name="Case">Group, file and, in a file of several, the number of the case from 0.</param>
/// <param name="Problem">What was expected and what came.</param>
public sealed record JsonataSuiteFailure(string Case, string Expression, string Problem);

/// <summary>Runs cases in the format of the language's public suite. Files are the caller's.</summary>
/// <param name="dataset">Gives a dataset by its name.</param>
/// <param name="expressionFile">Gives the text of an expression's file, which lies beside the case.</param>
public sealed class JsonataSuite(JsonataEnvironment environment, Func<string, JsonElement> dataset, Func<string, string> expressionFile)
{
    private const double Tolerance = 1e-14;

    /// <returns>Null when the case passes.</returns>
    public JsonataSuiteFailure? Run(string name, JsonElement test)
    {
        var expression = test.TryGetProperty("expr", out var text) ? InputText.Decode(text)
            : expressionFile(test.GetProperty("expr-file").GetString()!);
        return Problem(expression, test) is { } problem ? new JsonataSuiteFailure(name, expression, problem) : null;
    }

    private string? Problem(string expression, JsonElement test)
    {
        try
        {
            var result = JsonataExpression.Parse(expression, Limits(test)).Evaluate(Input(test), environment, Bindings(test));
            // Reading the result is part of the case: a number that JSON cannot hold shows only here.
            return result.ToJson() is var json && ExpectedCode(test) is { } code ? $"expected error {code}, got {json ?? "nothing"}"
                : Difference(result, test);
        }
        catch (JsonataException exception)
        {
            return ExpectedCode(test) is { } code
                ? WrongError(exception, code, test)
                : $"expected a result, got {exception.Code}: {exception.Detail}";
        }
    }

    private static JsonataLimits Limits(JsonElement test)
    {
        var limits = JsonataLimits.Default with { Items = 10_000_001, Characters = 100_000_000, Steps = 500_000_000,
            Time = TimeSpan.FromSeconds(30) };
        if (test.TryGetProperty("depth", out var depth)) limits = limits with { Depth = depth.GetInt32() };
        if (test.TryGetProperty("timelimit", out var time)) limits = limits with { Time = TimeSpan.FromMilliseconds(time.GetDouble()) };
        return limits;
    }

    private JsonElement Input(JsonElement test)
    {
        if (test.TryGetProperty("data", out var data)) return data;
        return test.TryGetProperty("dataset", out var name) && name.ValueKind == JsonValueKind.String ? dataset(name.GetString()!)
            : default;
    }

    private static Dictionary<string, JsonElement>? Bindings(JsonElement test) =>
        test.TryGetProperty("bindings", out var bindings) && bindings.ValueKind == JsonValueKind.Object
            ? bindings.EnumerateObject().ToDictionary(binding => binding.Name, binding => binding.Value, StringComparer.Ordinal)
            : null;

    private static string? ExpectedCode(JsonElement test) =>
        test.TryGetProperty("code", out var code) ? code.GetString()
        : test.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object && error.TryGetProperty("code",
            out var inner) ? inner.GetString()
        : test.TryGetProperty("error", out _) ? "" : null;

    private static string? WrongError(JsonataException exception, string code, JsonElement test)
    {
        // The suite's own runner sets a case's limits from outside and has one code for all of them.
        var isLimit = exception.Code is "D1011" or "D1012" && code == "U1001";
        if (code.Length > 0 && !isLimit
            && exception.Code != code) return $"expected error {code}, got {exception.Code}: {exception.Detail}";
        if (Named(test, "token") is { } token
            && token != exception.Token) return $"expected the error at {token}, got it at {exception.Token}";
        if (Named(test, "message") is { } message && message != exception.Detail) return $"expected \"{message}\", got \"{exception.Detail}\"";
        return null;
    }

    private static string? Named(JsonElement test, string name)
    {
        if (test.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object && error.TryGetProperty(name,
            out var inner))
            return InputText.Decode(inner);
        return test.TryGetProperty(name, out var outer) && outer.ValueKind == JsonValueKind.String ? InputText.Decode(outer) : null;
    }

    private static string? Difference(JsonataResult result, JsonElement test)
    {
        if (!test.TryGetProperty("result", out var expected))
            return result.IsUndefined || !test.TryGetProperty("undefinedResult", out _) ? null : $"expected nothing, got {Shown(result)}";
        return !result.IsUndefined && Same(result.Value, Value.Of(expected), test.TryGetProperty("unordered",
            out var free) && free.GetBoolean())
            ? null
            : $"expected {expected.GetRawText()}, got {Shown(result)}";
    }

    private static string Shown(JsonataResult result) => result.Value.IsFunction ? "a function" : result.ToJson() ?? "nothing";

    private static bool Same(in Value got, in Value expected, bool isUnordered)
    {
        if (got.IsFunction) return expected.IsText && expected.Text.Length == 0 || expected.IsObject;
        if (got.IsNumber && expected.IsNumber) return IsNear(got.Number, expected.Number);
        if (got.IsArray && expected.IsArray) return isUnordered ? SameItems(got, expected) : SameInOrder(got, expected);
        return got.IsObject && expected.IsObject ? SameProperties(got, expected) : Equality.Of(got, expected);
    }

    private static bool IsNear(double a, double b) => a == b || Math.Abs(a - b) <= Math.Abs(b) * Tolerance;

    private static bool SameInOrder(in Value got, in Value expected)
    {
        if (got.Count != expected.Count) return false;
        for (var i = 0; i < got.Count; i++)
        {
            if (!Same(got.Item(i), expected.Item(i), false)) return false;
        }
        return true;
    }

    private static bool SameItems(in Value got, in Value expected)
    {
        var left = new List<Value>();
        foreach (var item in expected.Items()) left.Add(item);
        foreach (var item in got.Items())
        {
            var value = item;
            var at = left.FindIndex(candidate => Same(value, candidate, true));
            if (at < 0) return false;
            left.RemoveAt(at);
        }
        return left.Count == 0;
    }

    private static bool SameProperties(in Value got, in Value expected)
    {
        var count = 0;
        foreach (var (name, value) in got.Properties())
        {
            count++;
            var other = expected.Property(name);
            if (other.IsUndefined || !Same(value, other, false)) return false;
        }
        foreach (var _ in expected.Properties()) count--;
        return count == 0;
    }
}
