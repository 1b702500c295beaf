using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Deliver;

/// <summary>The suspended fields of a stream, for one batch. Where the time has come one delivery of the batch tries the field again; the others wait for what
/// becomes of it.</summary>
internal sealed class LeftOutFields(IReadOnlyList<SuspendedField> suspended, DateTimeOffset now)
{
    public const string Message = "A field of it is suspended, because the system does not take it now; the rest is written. See 'hub status'.";

    private readonly Dictionary<string, SuspendedField> byPath = suspended.ToDictionary(static field => field.Path, StringComparer.Ordinal);
    private readonly HashSet<string> tried = new(StringComparer.Ordinal);

    /// <param name="waitsUntil">When the fields that stay behind are tried next; null when all go.</param>
    /// <returns>The fields that go now.</returns>
    public IReadOnlyList<Field> Pick(IReadOnlyList<Field> fields, out DateTimeOffset? waitsUntil)
    {
        waitsUntil = null;
        if (byPath.Count == 0)
            return fields;
        var going = new List<Field>(fields.Count);
        foreach (var field in fields)
        {
            if (!byPath.TryGetValue(field.Path, out var suspension) || (suspension.RetryAt <= now && tried.Add(field.Path)))
            {
                going.Add(field);
                continue;
            }

            var until = suspension.RetryAt > now ? suspension.RetryAt.Value : now + Suspensions.RetryFirst;
            waitsUntil = waitsUntil < until ? waitsUntil : until;
        }

        return going;
    }
}
