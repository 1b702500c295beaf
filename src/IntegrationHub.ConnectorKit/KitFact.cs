namespace IntegrationHub.ConnectorKit;

/// <summary>Opens a fresh system for one fact: its stream is empty and nobody else uses it.</summary>
public delegate Task<IKitSystem> OpenKitSystem(CancellationToken cancellationToken);

/// <summary>One thing that must be true of every connector.</summary>
/// <param name="Name">A name in words, such as <c>AReadShowsEveryRecord</c>.</param>
/// <param name="FindAsync">Tries it on a fresh system. One sentence per finding; none when the fact holds.</param>
public sealed record KitFact(string Name, Func<IKitSystem, CancellationToken, Task<IReadOnlyList<string>>> FindAsync)
{
    public override string ToString() => Name;
}
