namespace IntegrationHub.ConnectorKit;

/// <summary>The facts of a connector that reads and writes.</summary>
public static class ConnectorFacts
{
    /// <summary>Every fact, reading first.</summary>
    public static IReadOnlyList<KitFact> All { get; } = [];

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
}
