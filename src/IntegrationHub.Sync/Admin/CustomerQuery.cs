using System.Globalization;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Admin;

/// <summary>One golden field and where it comes from.</summary>
/// <param name="Source">The stream of the record that says so; null when no record does (an override, or a held value that nobody claims any more).</param>
/// <param name="IsOpen">A conflict holds the field at this value until a steward decides.</param>
public sealed record CustomerField(string Path, FieldValue Value, long RecordId, StreamName? Source, DateTimeOffset Since, string Rule, bool IsOpen);

/// <summary>One source record of a customer.</summary>
public sealed record CustomerRecord(SourceRecord Record, StreamName? Stream);

/// <summary>Everything that the hub knows of one customer.</summary>
/// <param name="Deliveries">Those that are not settled.</param>
public sealed record CustomerView(
    GoldenRecord Golden, IReadOnlyList<CustomerField> Fields, IReadOnlyList<CustomerRecord> Records, IReadOnlyList<PendingDelivery> Deliveries,
    IReadOnlyList<Conflict> Conflicts);

/// <summary>What to look for. An id alone, or an e-mail address, telephone number or identifier; with a name, because most match keys join the two.</summary>
/// <param name="Text">An id (<c>C-17</c>, <c>record/4711</c>), an e-mail address, a telephone number, an identifier, or with a scan any value of a field.</param>
/// <param name="Name">The customer's name, <c>Given Family</c>; null when it is not known.</param>
/// <param name="Scan">Compare the text with every field of every customer, without regard to case, even where a key finds somebody. Slow in a large hub.</param>
public sealed record CustomerSearch(string Text, string? Name = null, bool Scan = false);

/// <summary>Customers that were found; ids and counts alone, no values.</summary>
/// <param name="By">How it was found: <c>id</c>, <c>record</c>, <c>key</c> or <c>scan</c>.</param>
public sealed record FoundCustomer(long GoldenId, GoldenStatus Status, int Records, string By);

/// <summary>Finds and shows customers.</summary>
public sealed class CustomerQuery(SyncContext context, IStoreQueries queries)
{
    private const string Entity = "customer";
    private const int PageSize = 500;
    private readonly ActRunner acts = new(context);

    /// <summary>Finds customers without showing a value.</summary>
    /// <returns>In order of their ids, at most 100.</returns>
    public async Task<IReadOnlyList<FoundCustomer>> FindAsync(CustomerSearch search, CancellationToken cancellationToken)
    {
        if (Names.TryCustomer(search.Text, out var id) && await LoadAsync([id], "id", cancellationToken) is { Count: > 0 } byId)
            return byId;
        if (search.Text.StartsWith("record/", StringComparison.Ordinal) && Names.TryRecord(search.Text, out var recordId))
        {
            var records = await context.Store.LoadRecordsAsync([recordId], withRaw: false, cancellationToken);
            return await LoadAsync(records.Select(static record => record.GoldenId), "record", cancellationToken);
        }

        var keys = CustomerKeys.Of(context, Entity, search);
        var found = await ByKeysAsync(keys, cancellationToken);
        // Most keys join an address or a number with a name: what has no key of its own is looked for in the fields.
        if (search.Scan || found.Count == 0)
            found = [.. found.Concat(await ScanAsync(search.Text.Trim(), cancellationToken)).DistinctBy(static one => one.GoldenId).OrderBy(static one => one.GoldenId)];
        return [.. found.Take(100)];
    }

    /// <summary>Shows one customer, its values included; the access is written to the audit log before anything is shown.</summary>
    /// <exception cref="AdminException">There is no such customer.</exception>
    public Task<CustomerView> ShowAsync(long goldenId, string actor, CancellationToken cancellationToken) => acts.RunAsync(actor, async act =>
    {
        var clusters = await context.Store.LoadClustersAsync([goldenId], cancellationToken);
        if (!clusters.TryGetValue(goldenId, out var cluster))
            throw AdminException.Unknown($"There is no customer {Names.OfCustomer(goldenId)}. Find one with 'hub customer find'.");
        var golden = cluster.Golden;
        var deliveries = await context.Store.FindDeliveriesAsync([golden.Id], cancellationToken);
        var conflicts = await queries.ListConflictsOfAsync(golden.Id, cancellationToken);
        act.Note("customer.shown", golden.ToString(), "shown");
        return new CustomerView(
            golden,
            [.. golden.Fields.Select(field => ToField(cluster, field))],
            [.. cluster.Members.Select(member => new CustomerRecord(member, context.Settings.Find(member.Stream)?.Name))],
            [.. deliveries.Where(static row => row.State != DeliveryState.Settled)],
            conflicts);
    }, cancellationToken);

    private CustomerField ToField(Cluster cluster, Identity.GoldenField field)
    {
        var record = cluster.Members.FirstOrDefault(member => member.Id == field.RecordId);
        return new(
            field.Path, field.Value, field.RecordId, record is null ? null : context.Settings.Find(record.Stream)?.Name, field.At, field.Rule,
            cluster.Golden.Held.Any(held => held.Path == field.Path));
    }

    private async Task<IReadOnlyList<FoundCustomer>> ByKeysAsync(IReadOnlyList<Digest> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
            return [];
        var holders = await context.Store.FindByMatchKeysAsync(keys, 100, cancellationToken);
        return await LoadAsync(holders.Values.SelectMany(static list => list).Select(static holder => holder.GoldenId), "key", cancellationToken);
    }

    private async Task<List<FoundCustomer>> ScanAsync(string text, CancellationToken cancellationToken)
    {
        var found = new List<long>();
        for (long after = 0; found.Count < 100;)
        {
            var page = await queries.ListGoldenAsync(Entity, new(after, PageSize), cancellationToken);
            found.AddRange(page.Where(golden => Says(golden, text)).Select(static golden => golden.Id));
            if (page.Count < PageSize)
                break;
            after = page[^1].Id;
        }

        return [.. await LoadAsync(found, "scan", cancellationToken)];
    }

    private static bool Says(GoldenRecord golden, string text) => golden.Fields.Any(field => field.Value.Kind == FieldKind.Set
        ? field.Value.AsSet.Contains(text, StringComparer.OrdinalIgnoreCase)
        : string.Equals(field.Value.AsText, text, StringComparison.OrdinalIgnoreCase) && text.Length > 0);

    private async Task<IReadOnlyList<FoundCustomer>> LoadAsync(IEnumerable<long> goldenIds, string by, CancellationToken cancellationToken)
    {
        var ids = goldenIds.Where(static id => id != 0).Distinct().ToArray();
        var clusters = await context.Store.LoadClustersAsync(ids, cancellationToken);
        return [.. clusters.Values.DistinctBy(static cluster => cluster.Golden.Id).Where(static cluster => cluster.Golden.Entity == Entity)
            .OrderBy(static cluster => cluster.Golden.Id)
            .Select(cluster => new FoundCustomer(cluster.Golden.Id, cluster.Golden.Status, cluster.Members.Count, by))];
    }
}

/// <summary>The match keys that a search text could have, as the matching policy makes them from a record that holds it.</summary>
internal static class CustomerKeys
{
    public static IReadOnlyList<Digest> Of(SyncContext context, string entity, CustomerSearch search)
    {
        var text = search.Text.Trim();
        var names = search.Name is null ? [] : NamesOf(search.Name.Trim());
        var keys = new HashSet<Digest>();
        foreach (var guess in Guesses(context, text))
        {
            foreach (var key in context.Settings.Matching.KeysOf(entity, FieldMap.From([.. guess, .. names])))
                keys.Add(context.Digests.Of($"match/{entity}/{key.Rule}", key.Material));
        }

        return [.. keys.Order()];
    }

    private static List<Field> NamesOf(string name)
    {
        var fields = new List<Field> { new("name.full", FieldValue.Text(name)) };
        var space = name.LastIndexOf(' ');
        if (space <= 0)
        {
            fields.Add(new("name.family", FieldValue.Text(name)));
            fields.Add(new("name.given", FieldValue.Text(name)));
        }
        else
        {
            fields.Add(new("name.given", FieldValue.Text(name[..space].Trim())));
            fields.Add(new("name.family", FieldValue.Text(name[(space + 1)..])));
        }

        return fields;
    }

    private static IEnumerable<Field[]> Guesses(SyncContext context, string text)
    {
        var value = FieldValue.Text(text);
        if (text.Contains('@', StringComparison.Ordinal))
        {
            yield return [new("emails[type=work].value", value)];
            yield break;
        }

        // Numbers of every kind have digits.
        if (!text.Any(char.IsAsciiDigit))
            yield break;
        yield return [new("phones[type=work].value", value)];
        foreach (var scheme in Schemes(context))
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"identifiers[scheme={scheme}].value");
            yield return [new(path, value)];
            yield return [new(path, value), new("kind", FieldValue.Text("organisation"))];
        }
    }

    // The schemes that the configured mappings name, beside those that the installed policy knows.
    private static IEnumerable<string> Schemes(SyncContext context) => context.Settings.Streams
        .SelectMany(static stream => stream.Mapping.WritablePaths)
        .Where(static path => path.StartsWith("identifiers[scheme=", StringComparison.Ordinal))
        .Select(static path => path[19..path.IndexOf(']', StringComparison.Ordinal)])
        .Concat(["cn-resident-id", "cn-uscc", "vat"]).Distinct(StringComparer.Ordinal);
}
