namespace IntegrationHub.SystemTests.Simulation.Invariants;

/// <summary>Tells values apart by what users typed, whatever form a system gave them.</summary>
internal static class Values
{
    /// <summary>The first word, lower case: every word that users type begins with another one, and cutting a title leaves it whole.</summary>
    public static string Token(string value) => value.Trim().Split(' ')[0].ToLowerInvariant();
}
