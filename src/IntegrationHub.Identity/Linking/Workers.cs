namespace IntegrationHub.Identity;

/// <summary>Runs independent pieces of work. The core has no threads of its own: whoever has some lends them, and the result is the same.</summary>
/// <param name="count">How many pieces there are.</param>
/// <param name="piece">Called once with each index from 0 to <paramref name="count"/> - 1, in any order, perhaps at once.</param>
public delegate void Workers(int count, Action<int> piece);

/// <summary>The simplest workers.</summary>
public static class InlineWorkers
{
    /// <summary>Does one piece after the other on the caller's thread.</summary>
    public static void Run(int count, Action<int> piece)
    {
        for (var i = 0; i < count; i++)
            piece(i);
    }
}
