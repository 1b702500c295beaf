using System.Reflection;

namespace IntegrationHub.ConnectorKit;

/// <summary>The facts of a connector that reads and writes.</summary>
public static class ConnectorFacts
{
    /// <summary>Every fact, reading first, each by its name.</summary>
    public static IReadOnlyList<KitFact> All { get; } = [.. FactsOf(typeof(ReadingFacts)), .. FactsOf(typeof(WritingFacts))];

    /// <summary>Tries one fact on a system of its own. What the connector throws is a finding too.</summary>
    /// <returns>One sentence per finding; none when the fact holds.</returns>
    public static async Task<IReadOnlyList<string>> FindAsync(KitFact fact, OpenKitSystem open, CancellationToken cancellationToken)
    {
        await using var system = await open(cancellationToken);
        try
        {
            return await fact.FindAsync(system, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            return [$"{fact.Name} stopped with {failure.GetType().Name}: {failure.Message}"];
        }
    }

    // Every public method of a class of facts is one: to write it is to have it run.
    private static IEnumerable<KitFact> FactsOf(Type facts)
    {
        foreach (var method in facts.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
        {
            var work = method.CreateDelegate<Func<KitRun, Task>>();
            yield return new(method.Name, async (system, cancellationToken) =>
            {
                var run = new KitRun(system, cancellationToken);
                await work(run);
                return run.Findings;
            });
        }
    }
}
