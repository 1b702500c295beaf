using IntegrationHub.SystemTests.Simulation.Script;
using IntegrationHub.SystemTests.Simulation.Systems;

namespace IntegrationHub.SystemTests.Simulation.Running;

/// <summary>What a user put into one field of one record.</summary>
/// <param name="Value">As the system stored it; empty when the user cleared it.</param>
/// <param name="Order">The place among all changes of the system.</param>
/// <param name="IsNoNews">The hub need never notice: when it looked, the field held what it had held before.</param>
internal sealed record UserEdit(int System, string Key, string Field, string Value, DateTimeOffset At, long Order, bool IsNoNews)
{
    public override string ToString() => $"{Key} {Field}={Value} at {At:dd HH:mm:ss.fff}{(IsNoNews ? " (no news)" : "")}";
}

/// <summary>The people who work in the systems. They remember what they did. Everything that they type has <c>zq</c> in it, so that it is known where it turns
/// up and does not belong.</summary>
internal sealed class Users(World world, Random random)
{
    private static readonly string[] Editable = ["phone", "title", "city", "status", "email"];
    private static readonly string[] Statuses = ["active", "inactive", "prospect", "blocked"];
    private readonly HashSet<(int System, string Key)> lasting = [];
    private readonly Dictionary<(int System, string Key), string> spoilt = [];
    private int lastPerson;
    private int lastValue;

    public List<UserEdit> Edits { get; } = [];

    /// <summary>What users deleted, and when; taken back again it is not in here.</summary>
    public Dictionary<(int System, string Key), DateTimeOffset> Deleted { get; } = [];

    /// <summary>All that users ever deleted.</summary>
    public HashSet<(int System, string Key)> EverDeleted { get; } = [];

    /// <summary>Acts that changed a record: the bound for what the hub may have to write.</summary>
    public int Acts { get; private set; }

    private IReadOnlyList<SimSystem> Systems => world.Systems;

    /// <summary>Enters the people whom the systems hold before the hub is there: each in one to four systems, not quite the same in any two.</summary>
    public void Populate(int people)
    {
        // In each system one person whom nobody deletes, so that no system is ever empty.
        foreach (var system in Systems)
            lasting.Add((system.Number, Enter(system, 0, Person()).Key));
        for (var i = 0; i < people; i++)
        {
            var person = Person();
            var homes = Enumerable.Range(0, Systems.Count).ToArray();
            random.Shuffle(homes);
            foreach (var home in homes.Take(1 + random.Next(4)))
                Enter(Systems[home], random.Next(64), Perturbed(person));
        }
    }

    public void Act(SimEvent step)
    {
        switch (step.Kind)
        {
            case EventKind.Create: Enter(Systems[step.A % Systems.Count], step.B, Person()); break;
            case EventKind.CreateAgainElsewhere: CreateAgainElsewhere(step); break;
            case EventKind.Edit: Edit(step); break;
            case EventKind.EditInTwoSystems: EditInTwoSystems(step); break;
            case EventKind.Revert: Revert(step); break;
            case EventKind.Clear: Clear(step); break;
            case EventKind.Spoil: Spoil(step); break;
            case EventKind.MakeEqual: MakeEqual(step); break;
            case EventKind.Delete: Delete(step); break;
            default: Undelete(step); break;
        }
    }

    /// <summary>Mends what was typed wrong, but for every third: that stays wrong for good.</summary>
    public void MendWhatIsSpoilt()
    {
        var all = spoilt.OrderBy(static one => one.Key).ToArray();
        for (var i = 0; i < all.Length; i++)
        {
            var (at, email) = (all[i].Key, all[i].Value);
            if (i % 3 == 2 || !TryFind(at, out var record) || Systems[at.System].IsTaken(email, at.Key))
                continue;
            spoilt.Remove(at);
            Put(Systems[at.System], record, "email", email);
        }
    }

    /// <summary>Whether a record holds what no hub can take.</summary>
    public bool IsSpoilt(int system, string key) => spoilt.ContainsKey((system, key));

    private Dictionary<string, string> Person()
    {
        var number = ++lastPerson;
        return new(StringComparer.Ordinal) { ["given"] = $"Zqg{number}", ["family"] = $"Zqf{number}", ["email"] = $"Zqp{number}@example.org" };
    }

    private Dictionary<string, string> Perturbed(Dictionary<string, string> person)
    {
        var other = new Dictionary<string, string>(person, StringComparer.Ordinal);
        if (random.Next(3) == 0)
            other["email"] = other["email"].ToLowerInvariant();
        if (random.Next(4) == 0)
            other["given"] = other["given"][..1];
        if (random.Next(4) == 0)
            other["family"] = $"{other["family"]} ";
        return other;
    }

    private SimRecord Enter(SimSystem system, int which, Dictionary<string, string> person)
    {
        if (system.IsTaken(person["email"], null))
            return system.Live.First(record => record.Text("email") == system.Form("email", person["email"]));
        for (var i = 0; i < Editable.Length - 1; i++)
        {
            if ((which >> i & 1) != 0)
                person[Editable[i]] = NewValue(Editable[i], which);
        }

        var entered = system.Create(person, null, byHub: false);
        Acts++;
        foreach (var change in entered.History)
            Note(system, entered, change.Field, isNoNews: false);
        return entered;
    }

    private void CreateAgainElsewhere(SimEvent step)
    {
        if (Pick(step.A, step.B) is not ({ } system, { } record) || IsSpoilt(system.Number, record.Key) || record.Text("email").Length == 0)
            return;
        var other = Systems[(system.Number + 1 + (step.C % (Systems.Count - 1))) % Systems.Count];
        if (other.Live.Any(one => string.Equals(one.Text("email"), record.Text("email"), StringComparison.OrdinalIgnoreCase)))
            return;
        Enter(other, step.C, Perturbed(new(StringComparer.Ordinal)
        {
            ["given"] = record.Text("given"), ["family"] = record.Text("family"), ["email"] = record.Text("email"),
        }));
    }

    private void Edit(SimEvent step)
    {
        if (Pick(step.A, step.B) is not ({ } system, { } record))
            return;
        Put(system, record, Editable[step.C % Editable.Length], NewValue(Editable[step.C % Editable.Length], step.C));
        if (step.C % 3 == 0)
            Put(system, record, Editable[(step.C + 1) % Editable.Length], NewValue(Editable[(step.C + 1) % Editable.Length], step.C));
    }

    /// <summary>Two users set the same field of the same person in two systems.</summary>
    private void EditInTwoSystems(SimEvent step)
    {
        if (Pick(step.A, step.B) is not ({ } system, { } record))
            return;
        var field = Editable[step.C % 4];
        var email = record.Text("email");
        Put(system, record, field, NewValue(field, step.C));
        foreach (var other in Systems.Where(other => other != system))
        {
            if (other.Live.FirstOrDefault(one => string.Equals(one.Text("email"), email, StringComparison.OrdinalIgnoreCase)) is { } twin)
                Put(other, twin, field, NewValue(field, step.C + 1));
        }
    }

    /// <summary>Puts back a value that the record once had.</summary>
    private void Revert(SimEvent step)
    {
        if (Pick(step.A, step.B) is not ({ } system, { } record))
            return;
        var earlier = record.History.Where(static change => change.Field is "title" or "city" or "status").ToArray();
        if (earlier.Length > 0)
            Put(system, record, earlier[step.C % earlier.Length].Field, earlier[step.C % earlier.Length].Value);
    }

    private void Clear(SimEvent step)
    {
        if (Pick(step.A, step.B) is ({ } system, { } record))
            Put(system, record, Editable[step.C % 4], "");
    }

    /// <summary>Types something that is no e-mail address.</summary>
    private void Spoil(SimEvent step)
    {
        if (Pick(step.A, step.B) is not ({ } system, { } record) || IsSpoilt(system.Number, record.Key) || record.Text("email").Length == 0
            || system.Manner.HasUniqueEmail)
        {
            return;
        }

        spoilt[(system.Number, record.Key)] = record.Text("email");
        system.Put(record, new Dictionary<string, string>(StringComparer.Ordinal) { ["email"] = "zq nonsense" }, byHub: false);
    }

    /// <summary>Finds out that two records are one person, and says so in one of them.</summary>
    private void MakeEqual(SimEvent step)
    {
        if (Pick(step.A, step.B) is not ({ } from, { } model) || Pick(step.B, step.C) is not ({ } to, { } record) || model == record
            || IsSpoilt(from.Number, model.Key) || IsSpoilt(to.Number, record.Key) || to.IsTaken(model.Text("email"), record.Key))
        {
            return;
        }

        foreach (var field in new[] { "given", "family", "email" })
            Put(to, record, field, model.Text(field));
    }

    private void Delete(SimEvent step)
    {
        if (Pick(step.A, step.B) is not ({ } system, { } record) || lasting.Contains((system.Number, record.Key)))
            return;
        foreach (var field in SimRecord.FieldNames)
            MarkUnseen(system, record, field);
        Deleted[(system.Number, record.Key)] = world.Time.Now;
        EverDeleted.Add((system.Number, record.Key));
        Acts++;
        system.Delete(record);
    }

    private void Undelete(SimEvent step)
    {
        var system = Systems[step.A % Systems.Count];
        if (!system.Manner.SoftDeletes || system.Manner.ForgetsDeleted)
            return;
        var bin = system.All.Where(record => record.IsDeleted && Deleted.ContainsKey((system.Number, record.Key)) && !system.IsTaken(record.Text("email"), null)).ToArray();
        if (bin.Length == 0)
            return;
        var record = bin[step.B % bin.Length];
        Deleted.Remove((system.Number, record.Key));
        Acts++;
        system.Undelete(record);
    }

    private void Put(SimSystem system, SimRecord record, string field, string value)
    {
        value = system.Form(field, value);
        if (record.Text(field) == value || (field == "email" && (IsSpoilt(system.Number, record.Key) || system.IsTaken(value, record.Key))))
            return;
        system.Put(record, new Dictionary<string, string>(StringComparer.Ordinal) { [field] = value }, byHub: false);
        Acts++;
        var isNoNews = Seen(system, record, field) == value;
        if (isNoNews)
            MarkUnseen(system, record, field);
        Note(system, record, field, isNoNews);
    }

    private void Note(SimSystem system, SimRecord record, string field, bool isNoNews) =>
        Edits.Add(new(system.Number, record.Key, field, record.Text(field), world.Time.Now, record.Order, isNoNews));

    /// <summary>What the hub has not seen by now it may never see.</summary>
    private void MarkUnseen(SimSystem system, SimRecord record, string field)
    {
        var known = Seen(system, record, field);
        for (var i = Edits.Count - 1; i >= 0; i--)
        {
            if ((Edits[i].System, Edits[i].Key, Edits[i].Field) != (system.Number, record.Key, field))
                continue;
            if (Edits[i].Value == known)
                return;
            Edits[i] = Edits[i] with { IsNoNews = true };
        }
    }

    /// <summary>What the hub has last taken in of a field.</summary>
    private string Seen(SimSystem system, SimRecord record, string field) =>
        world.Mirror.Records.GetValueOrDefault((world.StreamOf(system), record.Key))?.Fields.Find(Configuration.Paths[field]).Seen?.AsText ?? "";

    private string NewValue(string field, int which) => field switch
    {
        "status" => Statuses[which / 7 % Statuses.Length],
        "phone" => $"+4420794{++lastValue:00000}",
        "email" => $"Zqq{++lastValue}@example.org",
        _ => $"Zq{++lastValue} of something long",
    };

    private bool TryFind((int System, string Key) at, out SimRecord record)
    {
        record = Systems[at.System].Find(at.Key)!;
        return record is { IsDeleted: false };
    }

    private (SimSystem? System, SimRecord? Record) Pick(int system, int which)
    {
        var chosen = Systems[system % Systems.Count];
        var live = chosen.Live.ToArray();
        return live.Length == 0 ? (null, null) : (chosen, live[which % live.Length]);
    }
}
