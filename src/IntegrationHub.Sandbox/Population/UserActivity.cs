using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>What somebody did at one system's screens.</summary>
/// <param name="System">The site's name.</param>
/// <param name="Operation">create, edit or delete.</param>
/// <param name="Key">The record's key; null when nothing came of it.</param>
/// <param name="What">What was done, in words without values.</param>
/// <param name="Status">What the system said.</param>
public sealed record UserAction(string System, string Operation, string? Key, string What, WriteStatus Status);

/// <summary>People who work in the systems while the hub does: every tick one of them edits, creates or deletes something
/// plausible.</summary>
public sealed class UserActivity
{
    private readonly Random random;
    private readonly PartyMaker maker;
    private readonly PartyViews views;
    private readonly IReadOnlyList<SandboxSite> sites;
    private int created;

    /// <param name="seed">Same seed, same systems in the same state, same actions.</param>
    /// <param name="sites">At least one.</param>
    public UserActivity(int seed, params IReadOnlyList<SandboxSite> sites)
    {
        random = new Random(seed);
        // Another stream than a population of the same seed, else the newcomers would be old acquaintances.
        maker = new PartyMaker(unchecked(seed + 7919));
        views = new PartyViews(random);
        this.sites = sites;
    }

    /// <summary>One action at one system: mostly an edit, now and then a new record, seldom a deletion.</summary>
    public UserAction Tick()
    {
        var site = random.Pick(sites);
        var live = site.System.All(site.Party.RecordSet).Where(record => !record.Deleted && !IsRetired(record, site.Party)).ToList();
        var draw = random.Next(100);
        if (live.Count == 0 || draw >= 85)
            return Create(site);
        var record = random.Pick(live);
        return draw >= 78 ? Remove(site, record) : Edit(site, record);
    }

    private static bool IsRetired(SandboxRecord record, PartyFields party) =>
        party.Retired is { } retired && retired.All(mark => JsonNode.DeepEquals(record.Copy(mark.Key), mark.Value));

    private UserAction Create(SandboxSite site)
    {
        created++;
        var party = random.Percent(20) ? maker.Organisation(created) : maker.Person(created);
        var view = views.See(party).View;
        // At the screens the rules hold, so newcomers have an e-mail that passes and no impossible day.
        view = view with { Email = party.Email, BirthDate = party.BirthDate };
        return Done(site, "create", null, "a newcomer", site.System.CreateAsUser(site.Party.RecordSet, site.Party.Write(view)));
    }

    private UserAction Remove(SandboxSite site, SandboxRecord record) => site.Party.Retired is { } retired
        ? Done(site, "edit", record.Key, "retired", Save(site, record, (JsonObject)retired.DeepClone()))
        : Done(site, "delete", record.Key, "deleted", site.System.DeleteAsUser(site.Party.RecordSet, record.Key));

    private UserAction Edit(SandboxSite site, SandboxRecord record)
    {
        var party = site.Party;
        var other = maker.Person(0);
        var (what, fields) = random.Next(6) switch
        {
            0 => ("a new phone number", new JsonObject { [party.Phone] = PhoneStyles.Vary(other.Mobile!, other.Place.Code, random) }),
            1 => ("a new e-mail address", new JsonObject { [party.Email] = other.Email }),
            2 when Recased(record.Text(party.Family)) is { } recased =>
                ("a name in other letters", new JsonObject { [party.Family] = recased }),
            3 when party.ToggleMarketing is { } toggle => ("a change of mind about advertising", toggle(record)),
            _ => ("a move", new JsonObject
            {
                [party.Street] = other.Home.Street,
                [party.City] = other.Home.City,
                [party.Postcode] = other.Home.Postcode,
                [party.Country] = other.Place.Code,
            }),
        };
        return Done(site, "edit", record.Key, what, Save(site, record, fields));
    }

    private static WriteResult Save(SandboxSite site, SandboxRecord record, JsonObject fields) =>
        site.System.EditAsUser(site.Party.RecordSet, record.Key, fields);

    // Null where letters have no case.
    private static string? Recased(string? name) => name switch
    {
        null or "" => null,
        _ when name != name.ToUpperInvariant() => name.ToUpperInvariant(),
        _ => name[..1] + name[1..].ToLowerInvariant() is var lower && lower != name ? lower : null,
    };

    private static UserAction Done(SandboxSite site, string operation, string? key, string what, WriteResult result) =>
        new(site.Name, operation, result.Record?.Key ?? key, what, result.Status);
}
