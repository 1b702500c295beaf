namespace IntegrationHub.Mapping;

/// <summary>Something that a person has to change in a configuration file.</summary>
/// <param name="File">The file, as the caller named it.</param>
/// <param name="Path">Where in the file, as a JSON path such as <c>fields[3].canonical</c>; <c>$</c> for the file as a whole.</param>
/// <param name="Message">One or two sentences: what was expected, what was found (by its shape), and what to write instead.</param>
public sealed record ConfigurationProblem(string File, string Path, string Message)
{
    public override string ToString() => $"{File} at {Path}: {Message}";
}
