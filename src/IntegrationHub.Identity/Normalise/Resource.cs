using System.Text;

namespace IntegrationHub.Identity.Normalise;

/// <summary>Tables that come along with this assembly.</summary>
internal static class Resource
{
    /// <returns>The lines of a table without its remarks, which begin with <c>#</c>.</returns>
    public static IEnumerable<string> Lines(string name)
    {
        using var resource = typeof(Resource).Assembly.GetManifestResourceStream(name)
            ?? throw new System.Diagnostics.UnreachableException($"The assembly carries no {name}.");
        using var reader = new StreamReader(resource, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && !line.StartsWith('#'))
                yield return line;
        }
    }
}
