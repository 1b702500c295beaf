using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;

namespace IntegrationHub.Sync.Refine;

/// <summary>The golden record as a pure function of its source records, the survivorship policy and the stewards' overrides.</summary>
internal sealed class GoldenSynthesis(HubSettings settings)
{
    /// <summary>What the members together say, in the order that the policy sees.</summary>
    public IReadOnlyList<GoldenField> Merge(GoldenRecord golden, IReadOnlyCollection<SourceRecord> members)
    {
        var claimants = new List<Claimant>(members.Count);
        foreach (var member in members)
        {
            // What was merged away lives on in the record that survived it, as far as whoever merged them wanted.
            if (member.Removal == Removal.Merged)
                continue;
            var claims = Claims(member);
            if (claims.Count > 0)
            {
                var stream = settings.Find(member.Stream);
                var claimant = new Claimant(member.Id, stream?.Name.Connection ?? "", stream?.Name.Stream ?? "", claims);
                claimants.Add(stream is null ? claimant : claimant with { CanSay = stream.Mapping.CanRead });
            }
        }

        var overrides = golden.Overrides.Where(static pinned => pinned.Path != Conflict.DeletePath).ToArray();
        return settings.Survivorship.Merge(golden.Entity, claimants, overrides, golden.Held);
    }

    /// <summary>Whether the customer is still one, given who has removed its records and what the delete policies say.</summary>
    public GoldenStatus StatusOf(GoldenRecord golden, IReadOnlyCollection<SourceRecord> members)
    {
        if (members.All(static member => member.Removal != Removal.None))
            return GoldenStatus.Deleted;
        var steward = golden.Overrides.Where(static pinned => pinned.Path == Conflict.DeletePath).OrderByDescending(static pinned => pinned.At).FirstOrDefault();
        foreach (var removed in members)
        {
            if (removed.Removal != Removal.BySystem || removed.RemovedAt is not { } at)
                continue;
            var policy = settings.Find(removed.Stream)?.OnDelete ?? DeletePolicy.Unlink;
            if (policy == DeletePolicy.Steward && steward.Path is not null && steward.Value.IsTrue && steward.At >= at)
                return GoldenStatus.Deleted;
            if (policy is DeletePolicy.DeleteWins or DeletePolicy.EditWins && !IsOutlived(members, at, policy))
                return GoldenStatus.Deleted;
        }

        return GoldenStatus.Live;
    }

    // A record that a system made after the deletion is the customer come back. Under EditWins a later edit is enough.
    private static bool IsOutlived(IReadOnlyCollection<SourceRecord> members, DateTimeOffset removedAt, DeletePolicy policy)
    {
        foreach (var member in members)
        {
            if (member.Removal != Removal.None)
                continue;
            foreach (ref readonly var state in member.Fields.AsSpan())
            {
                if (state.Own is not { } own)
                    continue;
                if (member.FirstLandedAt > removedAt || (policy == DeletePolicy.EditWins && own.At > removedAt))
                    return true;
            }
        }

        return false;
    }

    private static List<Claim> Claims(SourceRecord member)
    {
        var claims = new List<Claim>(member.Fields.Count);
        foreach (ref readonly var state in member.Fields.AsSpan())
        {
            if (state.Own is { } own)
                claims.Add(new(state.Path, own.Value, own.At));
        }

        return claims;
    }
}
