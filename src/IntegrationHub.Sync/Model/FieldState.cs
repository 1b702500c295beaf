using IntegrationHub.Abstractions;

namespace IntegrationHub.Sync.Model;

/// <summary>A value that a system itself put into a field, and since when. What the hub wrote there is never the system's own.</summary>
public readonly record struct OwnValue(FieldValue Value, DateTimeOffset At);

/// <summary>The last values on which hub and system agreed: what the system shows, and the golden value that this stands for. The two differ
/// where a system rewrites what it is given (trims, re-cases, rounds).</summary>
public readonly record struct Agreement(FieldValue Theirs, FieldValue Ours);

/// <summary>What the hub knows of one field of one source record.</summary>
/// <param name="Seen">What the system last showed; null when it never showed the field.</param>
/// <param name="Own">What the system itself last said; null when all it holds came from the hub, or it never said anything.</param>
/// <param name="Base">The last agreement; null before the first.</param>
public readonly record struct FieldState(string Path, FieldValue? Seen, OwnValue? Own, Agreement? Base)
{
    public override string ToString() => Path;
}

/// <summary>The fields of one source record in ordinal order of their paths. Immutable.</summary>
public sealed class FieldStates
{
    private readonly FieldState[] states;

    private FieldStates(FieldState[] sorted) => states = sorted;

    public static FieldStates None { get; } = new([]);

    public int Count => states.Length;

    public ReadOnlySpan<FieldState> AsSpan() => states;

    /// <param name="sorted">States in ordinal order of their paths, each path once.</param>
    public static FieldStates FromSorted(FieldState[] sorted) => sorted.Length == 0 ? None : new(sorted);

    /// <param name="any">States in any order, each path once.</param>
    public static FieldStates From(IEnumerable<FieldState> any)
    {
        var sorted = any.ToArray();
        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return FromSorted(sorted);
    }

    public FieldState Find(string path)
    {
        int low = 0, high = states.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(states[middle].Path, path);
            if (order == 0)
                return states[middle];
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return new(path, null, null, null);
    }

    /// <summary>What the system shows, as canonical fields.</summary>
    public FieldMap Seen() => FieldMap.From(states.Where(static state => state.Seen is not null).Select(static state => new Field(state.Path, state.Seen!.Value)));
}
