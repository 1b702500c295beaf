using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace IntegrationHub.Identity.Policies;

/// <summary>Reads a policy file and collects what is wrong with it, with the place of each problem.</summary>
internal sealed class PolicyReader(string file)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private readonly List<PolicyProblem> problems = [];

    public IReadOnlyList<PolicyProblem> Problems => problems;

    /// <summary>The first 12 hexadecimal digits of the SHA-256 of the text in UTF-8.</summary>
    public static string VersionOf(string json) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..12];

    /// <summary>The text of a policy that the hub installs; this assembly carries a copy.</summary>
    public static string Installed(string file)
    {
        using var resource = typeof(PolicyReader).Assembly.GetManifestResourceStream(file)
            ?? throw new System.Diagnostics.UnreachableException($"The assembly carries no {file}.");
        using var reader = new StreamReader(resource, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    public void Add(string path, string message) => problems.Add(new(file, path, message));

    /// <summary>Reads the file as one JSON object; null, with a problem, when it is none.</summary>
    public JsonElement? Root(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document.RootElement.Clone();
            Add("", $"one JSON object was expected, {Called(document.RootElement)} was found.");
        }
        catch (JsonException wrong)
        {
            // The message names line and position; a policy holds nothing personal.
            Add("", $"not JSON: {wrong.Message}");
        }

        return null;
    }

    /// <summary>Reports every property that is not among the allowed ones: a misspelt option must not be ignored.</summary>
    public void Allow(JsonElement element, string path, params ReadOnlySpan<string> allowed)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (!allowed.Contains(property.Name))
                Add(At(path, property.Name), $"there is no such property; there are {string.Join(", ", allowed!)}.");
        }
    }

    /// <summary>The objects of a list; none, with a problem, when the property is something else.</summary>
    public IEnumerable<(JsonElement Element, string Path)> Objects(JsonElement parent, string path, string name)
    {
        foreach (var (element, itemPath) in Items(parent, path, name))
        {
            if (element.ValueKind == JsonValueKind.Object)
                yield return (element, itemPath);
            else
                Add(itemPath, $"an object was expected, {Called(element)} was found.");
        }
    }

    /// <summary>The texts of a list; empty when the property is missing.</summary>
    public IReadOnlyList<string> Texts(JsonElement parent, string path, string name)
    {
        var texts = new List<string>();
        foreach (var (element, itemPath) in Items(parent, path, name))
        {
            if (element.ValueKind != JsonValueKind.String || element.GetString() is not { Length: > 0 } text)
                Add(itemPath, $"a text was expected, {Called(element)} was found.");
            else if (texts.Contains(text))
                Add(itemPath, $"'{text}' stands there twice; once is enough.");
            else
                texts.Add(text);
        }

        return texts;
    }

    public string? Text(JsonElement parent, string path, string name, bool required = false)
    {
        if (!parent.TryGetProperty(name, out var element))
        {
            if (required)
                Add(path, $"'{name}' is missing.");
            return null;
        }

        if (element.ValueKind == JsonValueKind.String && element.GetString() is { Length: > 0 } text)
            return text;
        Add(At(path, name), $"a text was expected, {Called(element)} was found.");
        return null;
    }

    public bool Flag(JsonElement parent, string path, string name, bool otherwise)
    {
        if (!parent.TryGetProperty(name, out var element))
            return otherwise;
        if (element.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return element.GetBoolean();
        Add(At(path, name), $"true or false was expected, {Called(element)} was found.");
        return otherwise;
    }

    public int Number(JsonElement parent, string path, string name, int min, int max, int otherwise)
    {
        if (!parent.TryGetProperty(name, out var element))
            return otherwise;
        if (element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number) && number >= min && number <= max)
            return number;
        Add(At(path, name), $"a whole number from {min} to {max} was expected, {Called(element)} was found.");
        return otherwise;
    }

    /// <summary>One of several words, in the spelling of the file.</summary>
    public T? Word<T>(JsonElement parent, string path, string name, bool required = false)
        where T : struct, Enum
    {
        if (Text(parent, path, name, required) is not { } text)
            return null;
        foreach (var value in Enum.GetValues<T>())
        {
            if (Spelt(value) == text)
                return value;
        }

        Add(At(path, name), $"'{text}' is not known; there are {string.Join(", ", Enum.GetValues<T>().Select(Spelt))}.");
        return null;
    }

    public PathPattern? Pattern(string text, string path)
    {
        if (PathPattern.TryParse(text, out var pattern, out var problem))
            return pattern;
        Add(path, problem);
        return null;
    }

    public PathPattern? Pattern(JsonElement parent, string path, string name) =>
        Text(parent, path, name, required: true) is { } text ? Pattern(text, At(path, name)) : null;

    public static string At(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>How a policy spells a word: <c>MostRecent</c> as <c>mostRecent</c>.</summary>
    public static string Spelt<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private IEnumerable<(JsonElement Element, string Path)> Items(JsonElement parent, string path, string name)
    {
        if (!parent.TryGetProperty(name, out var list))
            yield break;
        var listPath = At(path, name);
        if (list.ValueKind != JsonValueKind.Array)
        {
            Add(listPath, $"a list was expected, {Called(list)} was found.");
            yield break;
        }

        var index = 0;
        foreach (var element in list.EnumerateArray())
            yield return (element, $"{listPath}[{index++}]");
    }

    private static string Called(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String when element.GetString() is "" => "an empty text",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => $"the number {element.GetRawText()}",
        JsonValueKind.Null => "null",
        _ => element.GetRawText(),
    };
}
