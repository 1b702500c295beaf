using System.Text.Json.Nodes;
using IntegrationHub.UnitTests.Sync;

namespace IntegrationHub.UnitTests.Scenarios.Histories;

/// <summary>What a user put into one field of one record.</summary>
/// <param name="Value">Empty when the user cleared it.</param>
/// <param name="IsNoNews">It put back what the hub had last seen: when the hub saw nothing in between, there is nothing to notice.</param>
internal sealed record UserEdit(int System, string Key, string Field, string Value, DateTimeOffset At, bool IsNoNews)
{
    public override string ToString() => $"{HistoryRun.Names[System]}/{Key} {Field}={Value} at {At:mm:ss.fff}{(IsNoNews ? " (no news)" : "")}";
}

/// <summary>The people who work in the systems. They remember what they did.</summary>
/// <param name="seen">What the hub has last seen in a field of a record.</param>
internal sealed class Users(IReadOnlyList<MemorySystem> systems, TimeProvider clock, Func<int, string, string, string> seen)
{
    private static readonly string[] Editable = ["phone", "title", "city", "status", "email"];
    private static readonly string[] Statuses = ["active", "inactive", "prospect", "blocked"];
    private readonly HashSet<(int System, string Key)> kept = [];
    private readonly Dictionary<(int System, string Key), string> spoilt = [];
    private int lastPerson;
    private int lastValue;

    public List<UserEdit> Edits { get; } = [];

    public HashSet<(int System, string Key)> Deleted { get; } = [];

    /// <summary>A person whom nobody deletes, so that no system is ever empty.</summary>
    public void CreateLasting(int system) => kept.Add((system, Create(system, 0)));

    public string Create(int system, int which)
    {
        var number = ++lastPerson;
        return Create(system, which, $"G{number}", $"F{number}", $"p{number}@example.org");
    }

    /// <summary>Enters a person whom another system holds already.</summary>
    public void CreateAgainElsewhere(HistoryStep step)
    {
        if (Pick(step.A, step.B) is not ({ } from, var record))
            return;
        var system = (from.System + 1 + (step.C % (systems.Count - 1))) % systems.Count;
        if (Text(record, "email") is { Length: > 0 } email && !spoilt.ContainsKey(from) && !systems[system].LiveKeys.Any(key => Text(systems[system][key], "email") == email))
            Create(system, step.C, Text(record, "given"), Text(record, "family"), email);
    }

    public void Edit(HistoryStep step)
    {
        if (Pick(step.A, step.B) is not ({ } at, _))
            return;
        Set(at, Editable[step.C % Editable.Length], step.C);
        if (step.C % 3 == 0)
            Set(at, Editable[(step.C + 1) % Editable.Length], step.C);
    }

    /// <summary>Two users set the same field of the same person in two systems.</summary>
    public void EditInTwoSystems(HistoryStep step)
    {
        if (Pick(step.A, step.B) is not ({ } at, var record))
            return;
        var field = Editable[step.C % 4];
        Set(at, field, step.C);
        for (var other = 0; other < systems.Count; other++)
        {
            if (other != at.System && systems[other].LiveKeys.FirstOrDefault(key => Text(systems[other][key], "email") == Text(record, "email")) is { } key)
                Set((other, key), field, step.C + 1);
        }
    }

    /// <summary>Puts back a value that the record once had.</summary>
    public void Revert(HistoryStep step)
    {
        if (Pick(step.A, step.B) is not ({ } at, _))
            return;
        var earlier = Edits.Where(edit => (edit.System, edit.Key) == at && edit.Field is "title" or "city" or "status").ToArray();
        if (earlier.Length == 0)
            return;
        var edit = earlier[step.C % earlier.Length];
        Put(at, edit.Field, edit.Value);
    }

    public void Clear(HistoryStep step)
    {
        if (Pick(step.A, step.B) is ({ } at, _))
            Put(at, Editable[step.C % 4], "");
    }

    /// <summary>Types something that is no e-mail address; it is mended at the end.</summary>
    public void Spoil(HistoryStep step)
    {
        if (Pick(step.A, step.B) is not ({ } at, var record) || spoilt.ContainsKey(at) || Text(record, "email").Length == 0)
            return;
        spoilt[at] = Text(record, "email");
        systems[at.System].Edit(at.Key, """{ "email": "nonsense" }""");
    }

    /// <summary>Finds out that two records are one person, and says so in one of them.</summary>
    public void MakeEqual(HistoryStep step)
    {
        if (Pick(step.A, step.B) is not ({ } from, var record) || Pick(step.B, step.C) is not ({ } to, _) || from == to || spoilt.ContainsKey(from) || spoilt.ContainsKey(to))
            return;
        Put(to, "given", Text(record, "given"));
        Put(to, "family", Text(record, "family"));
        Put(to, "email", Text(record, "email"));
    }

    public void Delete(HistoryStep step)
    {
        if (Pick(step.A, step.B) is not ({ } at, _) || kept.Contains(at))
            return;
        foreach (var field in Editable.Append("given").Append("family"))
            MarkUnseen(at, field);
        Deleted.Add(at);
        systems[at.System].Delete(at.Key);
    }

    public void MendWhatIsSpoilt()
    {
        var mended = spoilt.Where(one => systems[one.Key.System].LiveKeys.Contains(one.Key.Key)).ToArray();
        spoilt.Clear();
        foreach (var (at, email) in mended)
            Put(at, "email", email);
    }

    private string Create(int system, int which, string given, string family, string email)
    {
        var fields = new JsonObject { ["given"] = given, ["family"] = family, ["email"] = email };
        for (var i = 0; i < 4; i++)
        {
            if ((which >> i & 1) != 0)
                fields[Editable[i]] = NewValue(Editable[i], which);
        }

        var key = systems[system].Create(fields.ToJsonString());
        Edits.AddRange(fields.Select(field => new UserEdit(system, key, field.Key, field.Value!.GetValue<string>(), clock.GetUtcNow(), IsNoNews: false)));
        return key;
    }

    private void Set((int System, string Key) at, string field, int which) => Put(at, field, NewValue(field, which));

    private void Put((int System, string Key) at, string field, string value)
    {
        var held = Text(systems[at.System][at.Key], field);
        if (held == value || (field == "email" && held == "nonsense" && spoilt.ContainsKey(at)))
            return;
        systems[at.System].Edit(at.Key, new JsonObject { [field] = value.Length == 0 ? null : value }.ToJsonString());
        var isNoNews = seen(at.System, at.Key, field) == value;
        if (isNoNews)
            MarkUnseen(at, field);
        Edits.Add(new(at.System, at.Key, field, value, clock.GetUtcNow(), isNoNews));
    }

    /// <summary>What the hub has not seen by now it may never see.</summary>
    private void MarkUnseen((int System, string Key) at, string field)
    {
        var known = seen(at.System, at.Key, field);
        for (var i = Edits.Count - 1; i >= 0; i--)
        {
            if ((Edits[i].System, Edits[i].Key, Edits[i].Field) != (at.System, at.Key, field))
                continue;
            if (Edits[i].Value == known)
                return;
            Edits[i] = Edits[i] with { IsNoNews = true };
        }
    }

    private string NewValue(string field, int which) => field switch
    {
        "status" => Statuses[which / 7 % Statuses.Length],
        "phone" => $"+4420794{++lastValue:00000}",
        "email" => $"q{++lastValue}@example.org",
        _ => $"V{++lastValue}",
    };

    private ((int System, string Key)? At, JsonObject Record) Pick(int system, int record)
    {
        system %= systems.Count;
        var keys = systems[system].LiveKeys;
        if (keys.Count == 0)
            return (null, []);
        var key = keys.Order(StringComparer.Ordinal).ElementAt(record % keys.Count);
        return ((system, key), systems[system][key]);
    }

    public static string Text(JsonObject record, string field) => record[field]?.GetValue<string>() ?? "";
}
