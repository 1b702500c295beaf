using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;
using IntegrationHub.SystemTests.Simulation.Time;

namespace IntegrationHub.SystemTests.Simulation.Systems;

/// <summary>A pretended external system: its records, its manner and its ledger of what it accepted from the hub. It answers at once; the way to it, and what
/// goes wrong on the way, is the connector's.</summary>
internal sealed class SimSystem(int number, Manner manner, VirtualTime time, StepClock clock, Random random)
{
    private readonly SortedDictionary<string, SimRecord> records = new(StringComparer.Ordinal);
    private int lastKey;
    private long order;
    private int callsToday;
    private DateOnly today;

    public int Number => number;

    public Manner Manner => manner;

    public string Name { get; } = $"{(char)('a' + number)}-{manner.Kind}";

    public List<Effect> Ledger { get; } = [];

    /// <summary>All records that ever were, forgotten ones included.</summary>
    public IReadOnlyCollection<SimRecord> All => records.Values;

    public IEnumerable<SimRecord> Live => records.Values.Where(static record => !record.IsDeleted);

    /// <summary>A field that the hub's account may neither see nor write at present.</summary>
    public string? HiddenField { get; set; }

    /// <summary>A field was hidden once: what was edited in it meanwhile shows no new time of change, and only a read from the beginning shows it.</summary>
    public bool WasHidden { get; set; }

    /// <summary>A field without which the system takes no new record at present.</summary>
    public string? RequiredField { get; set; }

    /// <summary>Titles are cut to so many characters; may become less while the system runs.</summary>
    public int? TitleMax { get; set; } = manner.TitleMax;

    /// <summary>Whether calls are counted.</summary>
    public bool IsMetered { get; set; } = true;

    /// <summary>Grows with every change: what a connector that pages by offset looks at.</summary>
    public long Order => order;

    /// <summary>Whether all calls of the day are used up; counts one.</summary>
    public bool IsOverQuota()
    {
        if (!IsMetered || manner.CallsPerDay is not { } most)
            return false;
        var now = DateOnly.FromDateTime(time.Now.UtcDateTime);
        if (today != now)
            (today, callsToday) = (now, 0);
        return ++callsToday > most;
    }

    public SimRecord? Find(string key) => records.GetValueOrDefault(key) is { IsForgotten: false } record ? record : null;

    public SimRecord Create(IReadOnlyDictionary<string, string> fields, string? hubId, bool byHub)
    {
        var record = new SimRecord($"{(char)('a' + number)}{++lastKey}") { HubId = hubId };
        records[record.Key] = record;
        Put(record, fields, byHub);
        return record;
    }

    /// <summary>Puts values into fields, in the form that the system gives them; an empty one clears.</summary>
    /// <returns>What is stored now.</returns>
    public IReadOnlyDictionary<string, string> Put(SimRecord record, IReadOnlyDictionary<string, string> fields, bool byHub)
    {
        Touch(record);
        var stored = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (field, value) in fields)
        {
            stored[field] = Form(field, value);
            if (record.Text(field) != stored[field])
                record.History.Add(new(record.Order, time.Now, field, stored[field], byHub));
            record.Fields[field] = stored[field];
        }

        return stored;
    }

    public void Delete(SimRecord record)
    {
        Touch(record);
        record.IsDeleted = true;
        record.IsForgotten = manner.ForgetsDeleted;
    }

    public void Undelete(SimRecord record)
    {
        Touch(record);
        record.IsDeleted = false;
    }

    /// <summary>A value as the system stores it.</summary>
    public string Form(string field, string value)
    {
        if (manner.Normalises)
        {
            value = field switch
            {
                "email" => value.Trim().ToLowerInvariant(),
                "phone" => value.Replace(" ", "", StringComparison.Ordinal),
                _ => value.Trim(),
            };
        }

        return field == "title" && TitleMax is { } most && value.Length > most ? value[..most] : value;
    }

    public bool IsTaken(string email, string? butFor) =>
        manner.HasUniqueEmail && email.Length > 0 && Live.Any(record => record.Key != butFor && record.Text("email") == Form("email", email));

    /// <summary>Live and deleted records as lists of changes show them: what changed just now may be missing.</summary>
    public IEnumerable<SimRecord> Listed() => records.Values.Where(record => !record.IsForgotten && record.ShownFrom <= time.Now);

    public RawRecord Show(SimRecord record) => record.Show(manner.ShowsEmptyText, HiddenField);

    public RawRecord? FindByHubId(string correlation) =>
        records.Values.Where(record => !record.IsForgotten && record.FoundFrom <= time.Now && record.HubId == correlation).OrderBy(static record => record.IsDeleted).FirstOrDefault() is { } found ? Show(found) : null;

    /// <summary>Does what a delivery asks for, or says why not.</summary>
    public DeliveryResult Apply(Delivery delivery)
    {
        var fields = Read(delivery.Fields);
        if (delivery.Operation == DeliveryOperation.Delete)
            return ApplyDelete(delivery);
        if (fields.ContainsKey(HiddenField ?? ""))
            return new(delivery.Id, DeliveryOutcome.Rejected) { Code = "sim.field", Message = $"The field {HiddenField} cannot be written." };
        if (manner.RefusedStatus is { } refused && fields.GetValueOrDefault("status") == refused)
            return new(delivery.Id, DeliveryOutcome.Rejected) { Code = "sim.picklist", Message = "The status is not in the list." };
        return delivery.Operation == DeliveryOperation.Create ? ApplyCreate(delivery, fields) : ApplyUpdate(delivery, fields);
    }

    private DeliveryResult ApplyCreate(Delivery delivery, Dictionary<string, string> fields)
    {
        if (manner.UpsertsByHubId && Live.FirstOrDefault(record => record.HubId == delivery.Correlation) is { } known)
            return Accept(delivery, known, fields);
        if (RequiredField is { } required && fields.GetValueOrDefault(required, "").Length == 0)
            return new(delivery.Id, DeliveryOutcome.Rejected) { Code = "sim.required", Message = $"The field {required} is required." };
        if (Holder(fields, null) is { } holder)
            return new(delivery.Id, DeliveryOutcome.AlreadyExists) { Key = holder.Key, Record = Show(holder) };
        var record = Create(new Dictionary<string, string>(StringComparer.Ordinal), delivery.Correlation, byHub: true);
        return Accept(delivery, record, fields);
    }

    private DeliveryResult ApplyUpdate(Delivery delivery, Dictionary<string, string> fields)
    {
        if (Find(delivery.Key!) is not { } record)
            return new(delivery.Id, DeliveryOutcome.Missing);
        if (record.IsDeleted)
            return new(delivery.Id, DeliveryOutcome.ChangedMeanwhile) { Key = record.Key, Record = Show(record) };
        var isStale = manner.ComparesVersion ? delivery.Version is { } version && version != $"{record.Version}" : !Holds(record, delivery.Expected);
        if (isStale)
            return new(delivery.Id, DeliveryOutcome.ChangedMeanwhile) { Key = record.Key, Record = Show(record) };
        return Holder(fields, record.Key) is { } holder
            ? new(delivery.Id, DeliveryOutcome.AlreadyExists) { Key = holder.Key, Record = Show(holder) }
            : Accept(delivery, record, fields);
    }

    private DeliveryResult ApplyDelete(Delivery delivery)
    {
        if (Find(delivery.Key!) is not { IsDeleted: false } record)
            return new(delivery.Id, DeliveryOutcome.Missing);
        Delete(record);
        Ledger.Add(new(record.Order, time.Now, delivery.Operation, record.Key, delivery.Id, delivery.Correlation, new Dictionary<string, string>()));
        return new(delivery.Id, DeliveryOutcome.Applied) { Key = record.Key };
    }

    private DeliveryResult Accept(Delivery delivery, SimRecord record, Dictionary<string, string> fields)
    {
        var stored = Put(record, fields, byHub: true);
        Ledger.Add(new(record.Order, time.Now, delivery.Operation, record.Key, delivery.Id, delivery.Correlation, stored));
        return new(delivery.Id, DeliveryOutcome.Applied) { Key = record.Key, Record = manner.AnswersWithRecord ? Show(record) : null };
    }

    private SimRecord? Holder(Dictionary<string, string> fields, string? own) => manner.HasUniqueEmail && fields.GetValueOrDefault("email") is { Length: > 0 } email
        ? Live.FirstOrDefault(record => record.Key != own && record.Text("email") == Form("email", email))
        : null;

    private static bool Holds(SimRecord record, ReadOnlyMemory<byte> expected) => Read(expected).All(member => record.Text(member.Key) == member.Value);

    private static Dictionary<string, string> Read(ReadOnlyMemory<byte> json)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json.IsEmpty)
            return fields;
        foreach (var (name, value) in JsonNode.Parse(json.Span)!.AsObject())
            fields[name] = value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";
        return fields;
    }

    private void Touch(SimRecord record)
    {
        record.Order = ++order;
        record.Version++;
        record.Modified = clock.GetUtcNow();
        record.ShownFrom = time.Now + (manner.IndexLagMax * random.NextDouble());
        if (record.Version == 1)
            record.FoundFrom = record.ShownFrom;
    }
}
