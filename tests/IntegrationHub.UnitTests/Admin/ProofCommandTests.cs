using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Hub.Commands;
using IntegrationHub.UnitTests.Fixtures;
using IntegrationHub.UnitTests.Hub;
using Xunit;

namespace IntegrationHub.UnitTests.Admin;

/// <summary>The commands that plan, prove and explain, as an operator types them on what <c>hub init</c> writes.</summary>
public sealed class ProofCommandTests : IDisposable
{
    private readonly ScratchConfiguration scratch = new();
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public void Dispose()
    {
        scratch.Dispose();
        output.Dispose();
        error.Dispose();
    }

    private string Shop => File.ReadAllText(scratch.PathOf("systems/shop/customers.csv"));

    [Fact]
    public async Task WhatAFreshConfigurationWritesNeedsNobody()
    {
        await RunAsync(ExitCode.Findings, "sync");

        Assert.Contains("Grace", Shop, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AConnectionThatAsksIsPlannedApprovedAndWritten()
    {
        foreach (var connection in (string[])["crm", "shop"])
            scratch.Change($"connections/{connection}.json", static root => root.AsObject().Remove("activation"));
        var before = Shop;

        Assert.Contains("writes await approval", await RunAsync(ExitCode.Findings, "sync"), StringComparison.Ordinal);
        Assert.Equal(before, Shop);
        Assert.Contains("awaits approval", await RunAsync(ExitCode.Findings, "status"), StringComparison.Ordinal);

        var text = await RunAsync(ExitCode.Done, "sync", "shop", "--plan");
        Assert.Contains("create C-", text, StringComparison.Ordinal);
        Assert.Contains("name.given: absent → text of 5: a5", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Grace", text, StringComparison.Ordinal);
        Assert.Equal(before, Shop);
        var plan = await JsonAsync(ExitCode.Done, "plan", "show", "1", "--values", "--all");
        var target = Assert.Single(plan.GetProperty("targets").EnumerateArray());
        Assert.Equal("shop/customers", target.GetProperty("stream").GetString());
        Assert.Equal(plan.GetProperty("writes").EnumerateArray()
            .Count(static write => write.GetProperty("operation").GetString() == "create"), target.GetProperty("create").GetInt32());
        Assert.Contains("Grace", plan.GetRawText(), StringComparison.Ordinal);

        var applied = await RunAsync(ExitCode.Done, "sync", "--apply", "1");
        Assert.Contains("shop/customers is active", applied, StringComparison.Ordinal);
        Assert.Contains("Grace", Shop, StringComparison.Ordinal);
        Assert.Contains("approved", await RunAsync(ExitCode.Done, "plan", "list"), StringComparison.Ordinal);
        Assert.Contains("was approved by", await RunAsync(ExitCode.WrongUse, "plan", "approve", "1"), StringComparison.Ordinal);
        Assert.Contains("Active: crm/contacts", await RunAsync(ExitCode.Done, "connection", "activate", "crm"), StringComparison.Ordinal);
        Assert.Contains("nothing", (await RunAsync(ExitCode.WrongUse, "sync", "crm", "--apply", "1")).ToLowerInvariant(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReconciliationProvesThatNothingIsMissing()
    {
        await RunAsync(ExitCode.Findings, "sync");
        var file = scratch.PathOf("report.json");

        var text = await RunAsync(ExitCode.Done, "reconcile", "crm", "--report", file);

        Assert.Contains("in source", text, StringComparison.Ordinal);
        Assert.Contains("0 unexplained", text, StringComparison.Ordinal);
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        var summary = report.RootElement[0].GetProperty("summary");
        Assert.Equal(1, summary.GetProperty("counts").GetProperty("quarantined").GetInt64());
        Assert.Equal(summary.GetProperty("inSource").GetInt64(), summary.GetProperty("linked").GetInt64() + 1);
        Assert.Empty(report.RootElement[0].GetProperty("differences").EnumerateArray());
        Assert.Contains("Did you mean 'crm'", await RunAsync(ExitCode.WrongUse, "reconcile", "crn"), StringComparison.Ordinal);
        Assert.Contains("no stream 'x'", await RunAsync(ExitCode.WrongUse, "reconcile", "crm", "--stream", "x"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFieldIsExplained()
    {
        await RunAsync(ExitCode.Findings, "sync");

        var text = await RunAsync(ExitCode.Done, "explain", "shop", "customers", "1002", "email", "--actor", "bea");

        Assert.Contains("emails[type=work].value (email)", text, StringComparison.Ordinal);
        Assert.Contains("max.muster@example.de", text, StringComparison.Ordinal);
        Assert.Contains("shop.customers.json", text, StringComparison.Ordinal);
        var json = await JsonAsync(ExitCode.Done, "explain", "crm", "contacts", "1");
        Assert.True(json.GetProperty("fields").GetArrayLength() > 5);
        Assert.Contains("record.explained", await RunAsync(ExitCode.Done, "audit", "list", "--who", "bea"), StringComparison.Ordinal);
        Assert.Contains("no record 'nobody'", await RunAsync(ExitCode.WrongUse, "explain", "crm", "contacts", "nobody"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void AWrongScheduleOfReconciliationIsSaidWithItsPlace()
    {
        scratch.Change("connections/crm.json", static root => root["reconcile"] = new JsonObject
            { ["every"] = "00:00:10", ["cron"] = "every night" });
        scratch.Change("connections/shop.json", static root => root["activation"] = "later");

        var problems = scratch.Read().Problems;

        Assert.Equal(
            ["connections/crm.json reconcile", "connections/crm.json reconcile.cron", "connections/crm.json reconcile.every",
                "connections/shop.json activation"],
            problems.Select(static problem => $"{problem.File} {problem.Path}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Did you mean 'status'?", "stauts")]
    [InlineData("Say which command of 'hub plan': new, list, show, approve.", "plan")]
    [InlineData("<connection> is missing", "reconcile")]
    [InlineData("left or right was expected, 'hub' was found", "conflicts", "settle", "3", "hub")]
    [InlineData("--seed: a whole number was expected, 'x' was found", "demo", "--seed", "x")]
    [InlineData("say --plan too", "sync", "--values")]
    [InlineData("Did you mean 'crm'?", "quarantine", "list", "--connection", "crn")]
    [InlineData("Did you mean 'crm'?", "dead-letters", "replay", "--all", "--connection", "crn")]
    [InlineData("Did you mean 'crm'?", "conflicts", "list", "--connection", "crn")]
    [InlineData("There is no folder for the report", "reconcile", "crm", "--report", "not-there/report.json")]
    [InlineData("is a folder; a file was expected.", "match", "profile", "--input", "not-there.csv")]
    [InlineData("not-there.json: there is no such file.", "mapping", "preview", "crm.contacts.json", "--records", "not-there.json")]
    [InlineData("Pinned are: none.", "customer", "unpin", "C-1", "name.given")]
    public async Task WrongUseIsSaidInWordsToPeopleAndAsAnObjectToMachines(string expected, params string[] arguments)
    {
        await RunAsync(ExitCode.Findings, "sync");

        Assert.Contains(expected, await RunAsync(ExitCode.WrongUse, arguments), StringComparison.Ordinal);
        Assert.Contains(expected, (await JsonAsync(ExitCode.WrongUse, arguments)).GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFolderThatCannotBeMadeIsNamed()
    {
        var file = scratch.PathOf("hub.json");

        Assert.Contains("cannot be made", await RunAsync(ExitCode.Failed, "init", Path.Combine(file, "inside")), StringComparison.Ordinal);
    }

    private async Task<string> RunAsync(int exitCode, params string[] arguments)
    {
        output.GetStringBuilder().Clear();
        error.GetStringBuilder().Clear();
        var code =
            await CommandLine.RunAsync([.. arguments, "--config", scratch.Folder], new CommandHost(output, error, TimeProvider.System),
            CancellationToken.None);
        Assert.True(code == exitCode, $"{string.Join(' ', arguments)}: {code}\n{output}\n{error}");
        return $"{output}{error}";
    }

    private async Task<JsonElement> JsonAsync(int exitCode, params string[] arguments) =>
        JsonDocument.Parse(await RunAsync(exitCode, [.. arguments, "--json"])).RootElement;
}
