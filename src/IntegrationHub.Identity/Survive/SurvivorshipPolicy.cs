using IntegrationHub.Identity.Policies;
using IntegrationHub.Identity.Survive;

namespace IntegrationHub.Identity;

/// <summary>Which value of a field survives in the golden record. Read from <c>policies/survivorship.json</c>.</summary>
/// <remarks>Immutable and pure. Safe to use from several threads.</remarks>
public sealed class SurvivorshipPolicy
{
    private static readonly Lazy<SurvivorshipPolicy> Installed = new(static () =>
        Parse("survivorship.json", PolicyReader.Installed("survivorship.json")).OrThrow());

    private static readonly SurvivorshipRule Otherwise = new() { Path = "*", Kind = SurvivorshipKind.MostRecent };

    private readonly (PathPattern Pattern, SurvivorshipRule Rule)[] rules;

    internal SurvivorshipPolicy(string version, IReadOnlyList<(PathPattern Pattern, SurvivorshipRule Rule)> rules) =>
        (Version, this.rules) = (version, [.. rules]);

    /// <summary>The policy that the hub installs.</summary>
    public static SurvivorshipPolicy Default => Installed.Value;

    /// <summary>The first 12 hexadecimal digits of the SHA-256 of the file's text.</summary>
    public string Version { get; }

    /// <summary>Reads a policy. Reports all problems at once.</summary>
    /// <param name="fileName">How the problems call the file.</param>
    /// <param name="json">Its text, as <c>mappings/schemas/survivorship.schema.json</c> describes it.</param>
    public static PolicyParse<SurvivorshipPolicy> Parse(string fileName, string json) => SurvivorshipPolicyFile.Read(fileName, json);

    /// <summary>The rule for a field: the first in the file whose entity and path fit; without one, <c>mostRecent</c>.</summary>
    public SurvivorshipRule RuleFor(string entity, string path) => Find(entity, path).Rule;

    /// <summary>The group that a field belongs to, such as <c>addresses[type=mailing]</c>: fields with one group survive together. Null when it stands alone.</summary>
    public string? GroupOf(string entity, string path)
    {
        var (pattern, rule) = Find(entity, path);
        return rule.Together ? pattern!.HeadOf(path) : null;
    }

    private (PathPattern? Pattern, SurvivorshipRule Rule) Find(string entity, string path)
    {
        foreach (var (pattern, rule) in rules)
        {
            if ((rule.Entity is null || rule.Entity == entity) && pattern.Fits(path))
                return (pattern, rule);
        }

        return (null, Otherwise);
    }

    /// <summary>Makes the golden record of a cluster: a pure function of what is handed in, whatever its order.</summary>
    /// <param name="entity">The canonical entity, for the rules that hold for one alone.</param>
    /// <param name="claimants">The source records of the cluster, in any order.</param>
    /// <param name="overrides">Stewards' decisions, in any order. They win over everything.</param>
    /// <param name="held">Fields with an open conflict, in any order. They win over every claim, whatever rule now holds for the field.</param>
    /// <returns>The fields in ordinal order of the path, each once.</returns>
    /// <exception cref="ArgumentException">Claims of one claimant are not in ordinal order of the path, or a path occurs twice.</exception>
    public IReadOnlyList<GoldenField> Merge(
        string entity, IReadOnlyList<Claimant> claimants, IReadOnlyList<Override> overrides, IReadOnlyList<HeldField> held) =>
        new GoldenMerge(this, entity, claimants, overrides, held).Run();
}
