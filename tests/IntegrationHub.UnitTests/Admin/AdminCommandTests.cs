using System.Text.Json;
using IntegrationHub.Hub.Commands;
using IntegrationHub.Storage.Sqlite;
using IntegrationHub.Sync.Model;
using IntegrationHub.UnitTests.Fixtures;
using IntegrationHub.UnitTests.Storage;
using Xunit;

namespace IntegrationHub.UnitTests.Admin;

/// <summary>The commands as an operator types them, on a configuration folder with two CSV systems and a real database.</summary>
public sealed class AdminCommandTests : IDisposable
{
    private const string Mapping = """
        {
          "connector": "csv", "stream": "people", "entity": "customer", "key": "id", "correlation": "hubId",
          "fields": [
            { "canonical": "kind", "const": "person" },
            { "source": "given", "canonical": "name.given" },
            { "source": "family", "canonical": "name.family" },
            { "source": "email", "canonical": "emails[type=work].value" },
            { "source": "city", "canonical": "addresses[type=mailing].city" }
          ]
        }
        """;

    private readonly TemporaryFolder folder = new();
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public AdminCommandTests()
    {
        Directory.CreateDirectory(folder.File("mappings"));
        Directory.CreateDirectory(folder.File("connections"));
        File.WriteAllText(folder.File("mappings/people.json"), Mapping);
        Connection("crm", "id,hubId,given,family,email,city\nc1,,Ada,Lovelace,ada@example.org,London\nc2,,Bad,Address,bad@,Rome\n");
        Connection("shop", "id,hubId,given,family,email,city\ns1,,Grace,Hopper,grace@example.org,Arlington\n");
    }

    public void Dispose()
    {
        folder.Dispose();
        output.Dispose();
        error.Dispose();
    }

    [Fact]
    public async Task AStewardsDay()
    {
        await RunAsync(ExitCode.Findings, "sync");

        var status = await JsonAsync(ExitCode.Findings, "status");
        Assert.Equal(["crm", "shop"], status.GetProperty("streams").EnumerateArray().Select(static stream => stream.GetProperty("connection").GetString()));
        Assert.Equal(1, status.GetProperty("streams")[0].GetProperty("quarantined").GetInt32());

        var list = await RunAsync(ExitCode.Done, "quarantine", "list");
        Assert.Contains("emails[type=work].value: email", list, StringComparison.Ordinal);
        Assert.DoesNotContain("bad@", list, StringComparison.Ordinal);
        var record = (await JsonAsync(ExitCode.Done, "quarantine", "list")).GetProperty("quarantine")[0].GetProperty("record").GetInt64();
        Assert.Contains("Rome", await RunAsync(ExitCode.Done, "quarantine", "show", $"record/{record}", "--actor", "bea"), StringComparison.Ordinal);
        await RunAsync(ExitCode.Done, "quarantine", "fix", $"{record}", "emails[type=work].value", "right@example.org");
        await RunAsync(ExitCode.Done, "sync");
        Assert.Contains("No record is in quarantine.", await RunAsync(ExitCode.Done, "quarantine", "list"), StringComparison.Ordinal);
        await RunAsync(ExitCode.Done, "status");

        Assert.Contains("No customer was found", await RunAsync(ExitCode.Findings, "customer", "find", "nobody@example.org"), StringComparison.Ordinal);
        var found = await JsonAsync(ExitCode.Done, "customer", "find", "ada@example.org", "--name", "Ada Lovelace");
        var ada = found.GetProperty("found")[0].GetProperty("customer").GetString()!;
        Assert.DoesNotContain("ada@", await RunAsync(ExitCode.Done, "customer", "find", "London", "--scan"), StringComparison.Ordinal);
        await RunAsync(ExitCode.Done, "customer", "pin", ada, "addresses[type=mailing].city", "--value", "Bern");
        await RunAsync(ExitCode.Done, "sync");
        var shown = await RunAsync(ExitCode.Done, "customer", "show", ada, "--actor", "bea");
        Assert.Contains("Bern", shown, StringComparison.Ordinal);
        Assert.Contains("override", shown, StringComparison.Ordinal);
        Assert.Contains("Bern", File.ReadAllText(folder.File("crm/people.csv")), StringComparison.Ordinal);

        var log = await RunAsync(ExitCode.Done, "audit", "list", "--who", "bea");
        Assert.Contains("customer.shown", log, StringComparison.Ordinal);
        Assert.Contains("record.shown", log, StringComparison.Ordinal);
        var entries = (await JsonAsync(ExitCode.Done, "audit", "list", "--what", "customer.", "--record", ada)).GetProperty("entries");
        Assert.Equal(["customer.shown", "customer.pinned"], entries.EnumerateArray().Select(static one => one.GetProperty("entry").GetProperty("action").GetString()));
        Assert.Equal(Environment.UserName, entries[1].GetProperty("entry").GetProperty("actor").GetString());
    }

    [Fact]
    public async Task AConnectionIsPausedResumedAndReset()
    {
        await RunAsync(ExitCode.Findings, "sync");

        Assert.Contains("shop is paused.", await RunAsync(ExitCode.Done, "connection", "pause", "shop"), StringComparison.Ordinal);
        Assert.Contains("paused", await RunAsync(ExitCode.Done, "connection", "list"), StringComparison.Ordinal);
        Assert.Contains("hub connection resume shop", await RunAsync(ExitCode.Findings, "status"), StringComparison.Ordinal);
        await RunAsync(ExitCode.Done, "connection", "resume", "shop");
        Assert.Contains("shop/people", await RunAsync(ExitCode.Done, "connection", "reset", "shop"), StringComparison.Ordinal);
        await RunAsync(ExitCode.WrongUse, "connection", "release-deletes", "shop");
        Assert.Contains("No deletions are held on shop.", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AConflictIsShownAndSettled()
    {
        Directory.CreateDirectory(folder.File("policies"));
        File.WriteAllText(folder.File("policies/survivorship.json"), """{ "rules": [ { "path": "addresses[*].city", "rule": "manual" }, { "path": "*", "rule": "mostRecent" } ] }""");
        Connection("crm", "id,hubId,given,family,email,city\nc1,,Ada,Lovelace,ada@example.org,London\n");
        Connection("shop", "id,hubId,given,family,email,city\ns1,,Ada,Lovelace,ada@example.org,London\n");
        await RunAsync(ExitCode.Done, "sync");
        Connection("crm", "id,hubId,given,family,email,city\nc1,,Ada,Lovelace,ada@example.org,Paris\n");
        Connection("shop", "id,hubId,given,family,email,city\ns1,,Ada,Lovelace,ada@example.org,Nice\n");
        await RunAsync(ExitCode.Done, "sync");

        var list = await RunAsync(ExitCode.Done, "conflicts", "list", "--state", "open");
        Assert.Contains("addresses[type=mailing].city", list, StringComparison.Ordinal);
        Assert.DoesNotContain("Paris", list, StringComparison.Ordinal);
        var id = (await JsonAsync(ExitCode.Done, "conflicts", "list")).GetProperty("conflicts")[0].GetProperty("conflict").GetInt64();
        var shown = await JsonAsync(ExitCode.Done, "conflicts", "show", $"conflict/{id}");
        var crm = shown.GetProperty("left").GetProperty("value").GetString() == "Paris" ? "left" : "right";
        Assert.Contains("Nice", await RunAsync(ExitCode.Done, "conflicts", "show", $"{id}"), StringComparison.Ordinal);
        await RunAsync(ExitCode.Done, "conflicts", "settle", $"{id}", crm);
        await RunAsync(ExitCode.Done, "sync");

        Assert.Contains("Paris", File.ReadAllText(folder.File("shop/people.csv")), StringComparison.Ordinal);
        Assert.Contains("There are no such conflicts.", await RunAsync(ExitCode.Done, "conflicts", "list", "--state", "open"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADeadLetterIsExplainedAndReplayed()
    {
        await RunAsync(ExitCode.Findings, "sync");
        await using (var store = SqliteStore.Open(Directory.GetFiles(folder.Path, "*.db", SearchOption.AllDirectories).Single(), TimeProvider.System))
        {
            var row = (await store.FindDeliveriesAsync([1], default))[0];
            await store.CommitAsync(step => step.Deliveries.Add(row with { State = DeliveryState.Dead, ErrorCode = "csv.row", ErrorMessage = "The row is refused.", Attempts = 3 }));
        }

        var list = await RunAsync(ExitCode.Done, "dead-letters", "list", "--code", "csv.row");
        Assert.Contains("csv.row", list, StringComparison.Ordinal);
        Assert.Contains("There are no dead letters.", await RunAsync(ExitCode.Done, "dead-letters", "list", "--connection", "crm"), StringComparison.Ordinal);
        var id = (await JsonAsync(ExitCode.Done, "dead-letters", "list")).GetProperty("deadLetters")[0].GetProperty("delivery").GetInt64();
        Assert.Contains("csv.row: The row is refused.", await RunAsync(ExitCode.Done, "dead-letters", "show", $"delivery/{id}"), StringComparison.Ordinal);
        Assert.Contains("1 replayed.", await RunAsync(ExitCode.Done, "dead-letters", "replay", $"delivery/{id}"), StringComparison.Ordinal);
        await RunAsync(ExitCode.WrongUse, "dead-letters", "replay", $"delivery/{id}");
    }

    [Theory]
    [InlineData("There is no connection 'nobody'. There are: crm, shop.", "connection", "pause", "nobody")]
    [InlineData("There is no customer C-99.", "customer", "show", "C-99")]
    [InlineData("'Ada' is no customer. Write it like C-17", "customer", "show", "Ada")]
    [InlineData("Name one record, or say --all; not both.", "quarantine", "replay")]
    [InlineData("--since 'soon' is no time.", "audit", "list", "--since", "soon")]
    [InlineData("There is no delivery/5.", "dead-letters", "show", "5")]
    [InlineData("There is no conflict/5.", "conflicts", "settle", "5", "left")]
    [InlineData("Say left or right, or give --value; not both.", "conflicts", "settle", "5")]
    public async Task WrongUseIsExplainedAndEndsWithTwo(string message, params string[] command)
    {
        await RunAsync(ExitCode.WrongUse, command);

        Assert.Contains(message, error.ToString(), StringComparison.Ordinal);
        var json = await JsonAsync(ExitCode.WrongUse, command);
        Assert.Contains(message, json.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALongListIsPaged()
    {
        Connection("crm", "id,hubId,given,family,email,city\n" + string.Concat(Enumerable.Range(0, 5).Select(static i => $"c{i},,Bad{i},Address,bad@,Rome\n")));
        await RunAsync(ExitCode.Findings, "sync");

        var first = await RunAsync(ExitCode.Done, "quarantine", "list", "--limit", "3");
        Assert.Contains("There may be more: add --after ", first, StringComparison.Ordinal);
        var last = first[(first.IndexOf("--after ", StringComparison.Ordinal) + 8)..].Trim();
        var rest = await JsonAsync(ExitCode.Done, "quarantine", "list", "--limit", "3", "--after", last);
        Assert.Equal(2, rest.GetProperty("quarantine").GetArrayLength());
        var replayed = await JsonAsync(ExitCode.Done, "quarantine", "replay", "--all", "--rule", "email");
        Assert.Equal(5, replayed.GetProperty("results").GetArrayLength());
    }

    private void Connection(string name, string csv)
    {
        Directory.CreateDirectory(folder.File(name));
        File.WriteAllText(folder.File($"{name}/people.csv"), csv);
        File.WriteAllText(
            folder.File($"connections/{name}.json"),
            $$"""{ "connector": "csv", "activation": "automatic", "options": { "folder": "{{name}}" }, "streams": [ { "name": "people", "mapping": "people.json" } ] }""");
    }

    private async Task<string> RunAsync(int expected, params string[] command)
    {
        output.GetStringBuilder().Clear();
        error.GetStringBuilder().Clear();
        var code = await CommandLine.RunAsync([.. command, "--config", folder.Path], new CommandHost(output, error, TimeProvider.System), default);
        Assert.True(code == expected, $"'{string.Join(' ', command)}' ended with {code}, not {expected}: {output}{error}");
        return output.ToString();
    }

    private async Task<JsonElement> JsonAsync(int expected, params string[] command)
    {
        using var document = JsonDocument.Parse(await RunAsync(expected, [.. command, "--json"]));
        return document.RootElement.Clone();
    }
}
