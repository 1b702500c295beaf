namespace IntegrationHub.Mapping.Validation.Rules;

/// <summary>What the text of one field must be, beyond what JSON Schema can say. Knows nothing of entities and holds no state.</summary>
internal abstract class FieldRule
{
    /// <summary>The name under which a schema asks for the rule (<c>x-rule</c>) and a problem reports it.</summary>
    public abstract string Name { get; }

    /// <summary>What is expected and what to do, one or two sentences.</summary>
    public abstract string Expected { get; }

    public abstract bool Accepts(string text);
}
