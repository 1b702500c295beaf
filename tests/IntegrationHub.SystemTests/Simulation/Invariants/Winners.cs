using IntegrationHub.Identity;
using IntegrationHub.Sync.Model;
using IntegrationHub.SystemTests.Simulation.Running;

namespace IntegrationHub.SystemTests.Simulation.Invariants;

/// <summary>V2, its other half: where the most recent edit is to win, no edit wins over one that was surely later by the systems' own times.</summary>
internal sealed class Winners : IInvariant
{
    public IEnumerable<string> Find(World world, HubState state)
    {
        foreach (var cluster in state.Clusters.Where(cluster => cluster.Golden.Status == GoldenStatus.Live && !state.IsRegrouped(cluster)))
        {
            foreach (var (field, path) in Configuration.Paths.Where(one => !world.Configuration.IsToggled(one.Key)))
            {
                if (world.Configuration.Survivorship.RuleFor("customer", path) is { Kind: SurvivorshipKind.MostRecent, BlanksWin: true } && state.FieldOf(cluster, path) is { } golden)
                {
                    foreach (var finding in Find(world, state, cluster, field, golden))
                        yield return finding;
                }
            }
        }
    }

    private static IEnumerable<string> Find(World world, HubState state, Cluster cluster, string field, GoldenField golden)
    {
        if (cluster.Members.FirstOrDefault(member => member.Id == golden.RecordId) is not { } winner)
            yield break;
        foreach (var member in cluster.Members.Where(member => member.Id != winner.Id && member is { IsLive: true, Stage: RecordStage.Linked }))
        {
            // What a record itself said last, and what the hub has on file as its word: by the rule the younger one stands.
            if (member.Fields.Find(golden.Path).Own is not { } own || own.Value == golden.Value || LastEdit(world, member, field) is not { IsNoNews: false } edit)
                continue;
            var latest = LatestWord(world, winner, field, golden.Value.AsText);
            if (Values.Token(own.Value.AsText) == Values.Token(edit.Value) && latest is { } at && At(world, member, edit.At) > at)
                yield return $"V2: {cluster.Golden} says {field}={golden.Value.AsText} by {state.NameOf(winner)}, last touched at {at:dd HH:mm:ss.fff}, and {edit} is later.";
        }
    }

    private static UserEdit? LastEdit(World world, SourceRecord member, string field) =>
        world.Users.Edits.LastOrDefault(edit => edit.System == world.SystemOf(member.Stream).Number && edit.Key == member.Key && edit.Field == field);

    // A record's time is that of its last change in any field: until the hub looks, a value that stands in it grows younger with each.
    private static DateTimeOffset? LatestWord(World world, SourceRecord record, string field, string value)
    {
        var system = world.SystemOf(record.Stream);
        var held = system.All.First(one => one.Key == record.Key);
        var said = held.History.LastOrDefault(change => change.Field == field && !change.ByHub && Values.Token(change.Value) == Values.Token(value));
        if (said.Field is null)
            return null;
        var replaced = held.History.FirstOrDefault(change => change.Field == field && change.Order > said.Order && Values.Token(change.Value) != Values.Token(value));
        var until = replaced.Field is null ? long.MaxValue : replaced.Order;
        return At(world, record, held.History.Where(change => change.Order < until).Max(static change => change.At));
    }

    private static DateTimeOffset At(World world, SourceRecord record, DateTimeOffset at) => at + world.SystemOf(record.Stream).Manner.Skew;
}
