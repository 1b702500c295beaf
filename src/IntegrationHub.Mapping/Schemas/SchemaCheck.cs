namespace IntegrationHub.Mapping;

/// <summary>Checks configuration files against a JSON Schema.</summary>
public sealed class SchemaCheck
{
    public static SchemaCheck Parse(string schemaJson) => throw new NotSupportedException();

    public IReadOnlyList<ConfigurationProblem> Check(string fileName, string json) => throw new NotSupportedException();
}
