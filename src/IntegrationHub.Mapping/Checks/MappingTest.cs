using System.Text;
using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Runs one test of a mapping file.</summary>
internal static class MappingTest
{
    public static MappingTestResult Run(StreamMapping mapping, TestEntry test)
    {
        var failures = new List<string>();
        if (test.Source.ValueKind == JsonValueKind.Object)
            CheckReading(mapping, test, failures);
        if (test.Write.ValueKind == JsonValueKind.Object)
            CheckWriting(mapping, test, failures);
        return new(test.Name, failures);
    }

    // Test data are examples in a configuration file, written to be seen: values are shown.
    private static void CheckReading(StreamMapping mapping, TestEntry test, List<string> failures)
    {
        var read = mapping.Read(StreamMapping.Bytes(test.Source).Span);
        var expected = CanonicalJsonReader.Read(test.Canonical, mapping.Schema, []);
        foreach (var (path, value) in expected)
        {
            if (read.Problems.FirstOrDefault(problem => problem.Field == path || problem.Field == "$") is { } problem)
                failures.Add($"{path}: expected {Show(value)}, but it does not read ({problem.Rule}): found {problem.Shape}, expected {problem.Expected}.");
            else if (read.Fields.Find(path) is not { } found)
                failures.Add($"{path}: expected {Show(value)}, found nothing.");
            else if (found != value)
                failures.Add($"{path}: expected {Show(value)}, found {Show(found)}.");
        }
    }

    private static void CheckWriting(StreamMapping mapping, TestEntry test, List<string> failures)
    {
        var problems = new List<Problem>();
        var written = mapping.Write(CanonicalJsonReader.Read(test.Write, mapping.Schema, []), problems);
        failures.AddRange(problems.Select(problem =>
            $"{problem.Field}: cannot be written ({problem.Rule}): found {problem.Shape}, expected {problem.Expected}."));
        using var document = JsonDocument.Parse(written);
        if (!JsonElement.DeepEquals(document.RootElement, test.Expect))
            failures.Add($"expected to be written {test.Expect.GetRawText()}, found {Encoding.UTF8.GetString(written)}.");
    }

    private static string Show(FieldValue value) => value.Kind switch
    {
        FieldKind.Empty => "explicitly empty",
        FieldKind.Text => $"\"{value.AsText}\"",
        _ => value.AsText,
    };
}
