using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>Compiles one mapping file and gathers all that is wrong with it.</summary>
internal sealed class MappingCompiler(string fileName, SchemaPaths schema, IPhoneNumbers phones)
{
    private static readonly Lazy<SchemaCheck> FileSchema = new(static () => SchemaCheck.Parse(ReadFileSchema()));

    private readonly List<ConfigurationProblem> problems = [];

    public MappingCompilation Compile(string json)
    {
        problems.AddRange(FileSchema.Value.Check(fileName, json));
        JsonText.Check(fileName, json, out var isReadable);
        if (!isReadable)
            return new(null, problems);

        using var document = JsonDocument.Parse(json, JsonText.Options);
        var root = document.RootElement.Clone();
        var file = MappingFile.Read(root);
        if (file.Entity.Length > 0 && file.Entity != schema.Entity)
            Report("entity", $"The mapping is for the entity '{file.Entity}'; the schema given is that of '{schema.Entity}'.");
        CheckPath("key", file.Key);
        CheckPath("modified", file.Modified);
        CheckPath("deleted", file.Deleted);
        CheckPath("correlation", file.Correlation);

        var fields = new FieldCompiler(file, schema, phones, Report).Compile();
        new FieldOverlaps(Report).Check(file, fields);
        CheckTests(file);
        return problems.Count > 0
            ? new(null, problems)
            : new(new StreamMapping(fileName, JsonText.Fingerprint(root), file, [.. fields.Select(field => field.Field)], schema), []);
    }

    private void CheckPath(string place, string? path)
    {
        if (!string.IsNullOrEmpty(path))
            FieldCompiler.TrySource(path, place, Report);
    }

    private void CheckTests(MappingFile file)
    {
        for (var i = 0; i < file.Tests.Count; i++)
        {
            var test = file.Tests[i];
            if (IsGiven(test.Source) != IsGiven(test.Canonical))
                Report($"tests[{i}]", "A test has both \"source\" and \"canonical\", or neither; add the other.");
            if (IsGiven(test.Write) != IsGiven(test.Expect))
                Report($"tests[{i}]", "A test has both \"write\" and \"expect\", or neither; add the other.");
            if (!IsGiven(test.Source) && !IsGiven(test.Write))
                Report($"tests[{i}]", "The test tests nothing; give it \"source\" and \"canonical\", or \"write\" and \"expect\".");
            CheckCanonical(test.Canonical, $"tests[{i}].canonical");
            CheckCanonical(test.Write, $"tests[{i}].write");
        }
    }

    private void CheckCanonical(JsonElement entity, string place)
    {
        if (entity.ValueKind != JsonValueKind.Object)
            return;
        var found = new List<Problem>();
        CanonicalJsonReader.Read(entity, schema, found);
        foreach (var problem in found)
            Report($"{place}.{problem.Field}", $"Found {problem.Shape}; {problem.Expected}");
    }

    private void Report(string path, string message)
    {
        var problem = new ConfigurationProblem(fileName, path, message);
        if (!problems.Contains(problem))
            problems.Add(problem);
    }

    private static bool IsGiven(JsonElement element) => element.ValueKind != JsonValueKind.Undefined;

    private static string ReadFileSchema()
    {
        using var stream = typeof(MappingCompiler).Assembly.GetManifestResourceStream("mapping.schema.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
