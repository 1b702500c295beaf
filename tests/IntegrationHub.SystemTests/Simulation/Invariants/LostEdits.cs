using IntegrationHub.Identity;
using IntegrationHub.Sync.Model;
using IntegrationHub.SystemTests.Simulation.Running;

namespace IntegrationHub.SystemTests.Simulation.Invariants;

/// <summary>V2: the last edit of every user to every field of every record stands, or somebody who saw it changed it again, or a conflict names it.</summary>
internal sealed class LostEdits : IInvariant
{
    public IEnumerable<string> Find(World world, HubState state)
    {
        var edits = world.Users.Edits.ToLookup(static edit => (edit.System, edit.Key));
        foreach (var cluster in state.Clusters.Where(cluster => cluster.Golden.Status == GoldenStatus.Live && !state.IsRegrouped(cluster)))
        {
            var conflicts = state.ConflictsOf(cluster).ToArray();
            foreach (var (field, path) in Configuration.Paths.Where(one => !world.Configuration.IsToggled(one.Key)))
            {
                // Another rule than these ranks systems, not edits: what it passes over is no loss.
                if (world.Configuration.Survivorship.RuleFor("customer", path) is not { Kind: SurvivorshipKind.MostRecent or SurvivorshipKind.Manual, BlanksWin: true })
                    continue;
                var history = new FieldHistory(world, state, cluster, field, edits);
                foreach (var edit in history.LastEdits().Where(edit => !history.IsKnown(edit, path, conflicts)))
                    yield return $"V2: {cluster.Golden} says {field}={history.Golden}, and {edit} is lost. {history}";
            }
        }
    }

    /// <summary>All that happened to one field of one customer.</summary>
    private sealed class FieldHistory
    {
        private readonly World world;
        private readonly HubState state;
        private readonly List<(SourceRecord Member, UserEdit[] Edits)> sides = [];
        private readonly string field;
        private readonly DateTimeOffset metAt;

        public FieldHistory(World world, HubState state, Cluster cluster, string field, ILookup<(int System, string Key), UserEdit> edits)
        {
            (this.world, this.state, this.field) = (world, state, field);
            Golden = state.FieldOf(cluster, Configuration.Paths[field])?.Value.AsText ?? "";
            foreach (var member in cluster.Members)
            {
                // What is in quarantine waits for a person, and goes with its customer when that is deleted.
                var system = world.SystemOf(member.Stream);
                if (member is { Removal: not Removal.ByHub, Stage: not RecordStage.Quarantined } && world.Configuration.Maps(system.Number, field))
                    sides.Add((member, [.. edits[(system.Number, member.Key)].Where(edit => edit.Field == field)]));
            }

            // Where records meet for the first time there is no agreement to depart from: survivorship decides by the records' own times.
            var met = sides.Where(static side => side.Edits.Length > 0).Select(side => world.Mirror.LinkedAt.GetValueOrDefault(side.Member.Id)).ToArray();
            metAt = met.Length > 1 ? met.Max() : DateTimeOffset.MinValue;
        }

        public string Golden { get; }

        /// <summary>Of each record the last edit that the hub must have noticed.</summary>
        public IEnumerable<UserEdit> LastEdits()
        {
            foreach (var (member, edits) in sides)
            {
                // After an edit that is no news, the earlier ones need not have been seen either.
                if (edits.Length > 0 && edits[^1] is { IsNoNews: false } last && last.At > metAt && !IsGoneUnseen(member, last) && !IsOld(edits, last))
                    yield return last;
            }
        }

        public bool IsKnown(UserEdit edit, string path, Conflict[] conflicts) => SameValue(edit.Value, Golden)
            || conflicts.Any(conflict => conflict.Path == path && (Names(conflict.Left, edit) || Names(conflict.Right, edit)))
            || sides.Any(side => IsMadeKnowing(side.Member, edit));

        public override string ToString() => string.Join("; ", sides.Select(side =>
            $"{state.NameOf(side.Member)}: {string.Join(", ", state.InSystem(side.Member)?.History.Where(change => change.Field == field).Select(static change => $"{change.Value} at {change.At:dd HH:mm:ss.fff}{(change.ByHub ? " by the hub" : "")}") ?? [])}"));

        // Somebody edited the field in another system where it showed this value.
        private bool IsMadeKnowing(SourceRecord member, UserEdit edit)
        {
            var changes = world.SystemOf(member.Stream).All.First(record => record.Key == member.Key).History.Where(change => change.Field == field).ToArray();
            for (var i = 1; i < changes.Length; i++)
            {
                if (!changes[i].ByHub && changes[i].At >= edit.At && member.Key != edit.Key && SameValue(changes[i - 1].Value, edit.Value))
                    return true;
            }

            return false;
        }

        // A value that came back to what it had been before need not have been seen as an edit.
        private static bool IsOld(UserEdit[] edits, UserEdit last) => edits.Any(other => other != last && SameValue(other.Value, last.Value));

        private bool IsGoneUnseen(SourceRecord member, UserEdit last) =>
            world.Users.Deleted.TryGetValue((last.System, member.Key), out var at) && at < last.At + TimeSpan.FromSeconds(1);

        private static bool Names(ConflictValue side, UserEdit edit) => SameValue(side.Value?.AsText ?? "", edit.Value);

        private static bool SameValue(string one, string other) => Values.Token(one) == Values.Token(other);
    }
}
