using System.Collections.Concurrent;

namespace IntegrationHub.Mapping.Jsonata.Pictures;

/// <summary>Keeps what parsing a text gave, since an expression comes back with the same few pictures for every record. Holds at most
/// 512 of at most 100 characters; what is beyond is parsed each time.</summary>
internal sealed class Memo<T>(Func<string, T> parse)
{
    private const int EntriesMax = 512;
    private const int LengthMax = 100;

    private readonly ConcurrentDictionary<string, T> _known = new(StringComparer.Ordinal);
    private int _count;

    public T Get(string text)
    {
        if (_known.TryGetValue(text, out var found)) return found;
        var parsed = parse(text);
        if (text.Length <= LengthMax && _count < EntriesMax && _known.TryAdd(text, parsed)) Interlocked.Increment(ref _count);
        return parsed;
    }
}
