using System.Security.Cryptography;
using System.Text;

namespace IntegrationHub.SystemTests.Simulation.Running;

/// <summary>What happened in a run, as one digest: two runs of one script must have the same. Also counts which faults and crash points were hit.</summary>
internal sealed class Trace : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Faults that took effect, by kind.</summary>
    public SortedDictionary<string, int> Faults { get; } = new(StringComparer.Ordinal);

    /// <summary>Crashes, by the point at which the process died.</summary>
    public SortedDictionary<string, int> Crashes { get; } = new(StringComparer.Ordinal);

    /// <summary>Told each line, for a person who looks at one run; null tells nobody.</summary>
    public Action<string>? Listener { get; init; }

    public void Note(DateTimeOffset at, string line)
    {
        hash.AppendData(Encoding.UTF8.GetBytes($"{at.UtcTicks} {line}\n"));
        Listener?.Invoke($"{at:dd HH:mm:ss.fff} {line}");
    }

    /// <summary>More for a person who looks at one run; no part of the digest.</summary>
    public void Tell(Func<string> line) => Listener?.Invoke($"    {line()}");

    public void Hit(string fault) => Faults[fault] = Faults.GetValueOrDefault(fault) + 1;

    public string Digest() => Convert.ToHexStringLower(hash.GetCurrentHash());

    public void Dispose() => hash.Dispose();
}
