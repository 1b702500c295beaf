using IntegrationHub.Abstractions;
using IntegrationHub.Identity.Match;
using IntegrationHub.Identity.Policies;

namespace IntegrationHub.Identity;

/// <summary>Which records are one customer, first form: exact keys of normalised values. Read from <c>policies/matching.json</c>.</summary>
/// <remarks>Immutable and pure: the same fields always give the same keys in the same order. Safe to use from several threads.</remarks>
public sealed class MatchPolicy
{
    private static readonly Lazy<MatchPolicy> Installed = new(static () =>
        Parse("matching.json", PolicyReader.Installed("matching.json")).OrThrow());

    private readonly KeyMaker keys;
    private readonly IReadOnlyList<Contradiction> contradictions;
    private readonly IReadOnlyList<string> entities;

    internal MatchPolicy(
        string version, int sharedLimit, IReadOnlyList<string> entities, KeyMaker keys, IReadOnlyList<Contradiction> contradictions)
    {
        Version = version;
        SharedLimit = sharedLimit;
        this.entities = entities;
        this.keys = keys;
        this.contradictions = contradictions;
    }

    /// <summary>The policy that the hub installs.</summary>
    public static MatchPolicy Default => Installed.Value;

    /// <summary>The first 12 hexadecimal digits of the SHA-256 of the file's text.</summary>
    public string Version { get; }

    /// <summary>A key that more source records than this hold is shared (a switchboard, a family's address) and decides nothing. Default 10.</summary>
    public int SharedLimit { get; }

    /// <summary>Reads a policy. Reports all problems at once.</summary>
    /// <param name="fileName">How the problems call the file.</param>
    /// <param name="json">Its text, as <c>mappings/schemas/matching.schema.json</c> describes it.</param>
    public static PolicyParse<MatchPolicy> Parse(string fileName, string json) => new MatchPolicyFile(fileName).Read(json);

    /// <summary>Whether records of this entity are matched at all. By default <c>customer</c> and <c>lead</c> are.</summary>
    public bool Matches(string entity)
    {
        for (var i = 0; i < entities.Count; i++)
        {
            if (entities[i] == entity)
                return true;
        }

        return false;
    }

    /// <summary>The keys of one record, distinct, in the order of the policy's rules and then of the fields' paths; at most 64 a rule.</summary>
    /// <remarks>Keys are comparable within one entity only: what stores them keeps the entity beside them.</remarks>
    public IReadOnlyList<MatchKey> KeysOf(string entity, FieldMap fields) => Matches(entity) ? keys.Run(entity, fields, null) : [];

    /// <summary>Why rules gave no key, or fewer than the record has values for.</summary>
    public IReadOnlyList<SkippedKey> SkippedOf(string entity, FieldMap fields)
    {
        if (!Matches(entity))
            return [new("", "", $"records of '{entity}' are not matched")];
        var skipped = new List<SkippedKey>();
        keys.Run(entity, fields, skipped);
        return skipped;
    }

    /// <summary>Whether two records cannot be one, whatever keys they share. Symmetric.</summary>
    /// <param name="reason">The first field of the policy's list that contradicts, such as <c>birthDate differs</c>; empty when none does.</param>
    public bool Contradict(string entity, FieldMap left, FieldMap right, out string reason)
    {
        foreach (var contradiction in contradictions)
        {
            if ((contradiction.Entity is null || contradiction.Entity == entity) && contradiction.Between(left, right) is { } path)
            {
                reason = $"{path} differs";
                return true;
            }
        }

        reason = "";
        return false;
    }
}
