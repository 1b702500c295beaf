using System.Text.Json.Nodes;
using IntegrationHub.Hub.Configuration;
using IntegrationHub.Sync.Settings;
using Xunit;

namespace IntegrationHub.UnitTests.Hub.Configuration;

public sealed class ConfigurationFolderTests : IDisposable
{
    private readonly ScratchConfiguration scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void WhatInitWritesHasNoProblems()
    {
        var configuration = scratch.Read().OrThrow();

        Assert.Equal(["crm", "shop"], configuration.Connections.Select(static one => one.Name));
        var shop = configuration.Connections[1].Streams[0];
        Assert.Equal(Directions.Both, shop.Direction);
        Assert.Equal(TimeSpan.FromSeconds(10), shop.Schedule.Every);
        Assert.Equal("emails[type=work].value", shop.Filters[0].Keep[0].Field);
        Assert.Equal(Path.Combine(scratch.Folder, "data", "hub.db"), configuration.Hub.DatabaseFile);
    }

    [Fact]
    public void EveryProblemIsToldAtOnce()
    {
        scratch.Change("hub.json", static hub =>
        {
            hub["sync"] = new JsonObject { ["callTimeout"] = "00:10:00", ["sweepIntervall"] = "00:00:05" };
            hub["http"] = new JsonObject { ["urls"] = new JsonArray("ftp://here") };
        });
        scratch.Change("connections/crm.json", static crm =>
        {
            crm["connector"] = "cvs";
            crm["credentials"] = "env:HUB_TEST_VARIABLE_THAT_IS_NOT_SET";
        });
        scratch.Change("connections/shop.json", static shop =>
        {
            shop["rights"] = new JsonArray();
            shop["streams"]![0]!["schedule"] = new JsonObject { ["cron"] = "every day" };
            shop["streams"]![0]!["filters"]![0]!["keep"]![0]!["field"] = "emails[type=work].adress";
            shop["streams"]!.AsArray().Add(JsonNode.Parse("""{ "name": "customers", "mapping": "shop.customer.json" }"""));
        });
        scratch.Write("policies/matching.json", """{ "rules": [{ "name": "x" }] }""");
        scratch.Write("mappings/unused.json", """{ "connector": "csv" }""");

        var problems = scratch.Read().Problems;

        Expect(problems, "hub.json", "sync.leaseDuration", "longer than callTimeout");
        Expect(problems, "hub.json", "sync", "sweepInterval");
        Expect(problems, "hub.json", "http.urls[0]", "http://127.0.0.1");
        Expect(problems, "connections/crm.json", "connector", "Did you mean 'csv'");
        Expect(problems, "connections/crm.json", "credentials", "HUB_TEST_VARIABLE_THAT_IS_NOT_SET");
        Expect(problems, "connections/shop.json", "rights", "no right is granted");
        Expect(problems, "connections/shop.json", "streams[0].schedule.cron", "0 0/5 * * * ?");
        Expect(problems, "connections/shop.json", "streams[0].filters[0].keep[0].field", "adress");
        Expect(problems, "connections/shop.json", "streams[1].name", "customers");
        Expect(problems, "connections/shop.json", "streams[1].mapping", "Did you mean 'shop.customers.json'");
        Expect(problems, "policies/matching.json", "rules[0]", "");
        Expect(problems, "mappings/unused.json", "", "");
    }

    [Fact]
    public void ASecretThatStandsInTheFileIsNotRepeated()
    {
        scratch.Change("connections/crm.json", static crm => crm["credentials"] = "hunter2-canary");

        var problem = Assert.Single(scratch.Read().Problems.Where(static one => one.Path == "credentials").DistinctBy(static one => one.Path));

        Assert.DoesNotContain("canary", string.Join('\n', scratch.Read().Problems), StringComparison.Ordinal);
        Assert.Equal("connections/crm.json", problem.File);
    }

    [Fact]
    public void AMappingOfAnotherConnectorOrStreamIsRefused()
    {
        scratch.ChangeStream("crm", static stream => stream["mapping"] = "demo-crm.contacts.json");
        scratch.ChangeStream("shop", static stream => stream["mapping"] = "crm.contacts.json");

        var problems = scratch.Read().Problems;

        Expect(problems, "connections/crm.json", "streams[0].mapping", "connector 'rest'");
        Expect(problems, "connections/shop.json", "streams[0].mapping", "stream 'contacts'");
    }

    [Fact]
    public void TheConfigurationsOwnMappingCountsBeforeTheReadyMadeOne()
    {
        var own = File.ReadAllText(scratch.PathOf("mappings/crm.contacts.json"));
        scratch.Write("mappings/demo-crm.contacts.json", own);
        scratch.ChangeStream("crm", static stream => stream["mapping"] = "demo-crm.contacts.json");

        Assert.Equal("mappings/demo-crm.contacts.json", scratch.Read().OrThrow().Connections[0].Streams[0].Mapping.FileName);
    }

    [Fact]
    public void AStreamIsNotWiderThanItsConnection()
    {
        scratch.Change("connections/crm.json", static crm => crm["direction"] = "in");
        scratch.ChangeStream("crm", static stream => stream["direction"] = "both");

        Expect(scratch.Read().Problems, "connections/crm.json", "streams[0].direction", "wider");
    }

    [Fact]
    public void NamesThatDifferInCaseAloneAreOneName()
    {
        scratch.Write("connections/CRM.json", File.ReadAllText(scratch.PathOf("connections/crm.json")));
        Assert.SkipUnless(Directory.GetFiles(scratch.PathOf("connections")).Length == 3, "This file system does not tell cases apart.");

        Expect(scratch.Read().Problems, "connections/crm.json", "$", "CRM.json");
    }

    [Fact]
    public void TheConnectorsOwnOptionsAreChecked()
    {
        scratch.Change("connections/crm.json", static crm => crm["options"] = new JsonObject { ["delimiter"] = ";;" });

        var problems = scratch.Read().Problems;

        Expect(problems, "connections/crm.json", "options", "folder");
        Expect(problems, "connections/crm.json", "options.delimiter", "");
    }

    [Fact]
    public void AManifestWhoseSchemaOfOptionsIsNoneIsNamed()
    {
        scratch.Write("connectors/odd/connector.json", """{ "name": "odd", "rest": {}, "optionsSchema": { "$ref": "#/definitions/nothing" } }""");
        scratch.Change("hub.json", static hub => hub["connectors"] = new JsonArray("connectors"));
        scratch.Change("connections/crm.json", static crm => crm["connector"] = "odd");

        Expect(scratch.Read().Problems, scratch.PathOf("connectors/odd/connector.json"), "optionsSchema", "cannot be read");
    }

    [Fact]
    public void AFolderThatIsNotThereIsAProblemAndNoFailure()
    {
        var read = ConfigurationFolder.Read(scratch.PathOf("nowhere"), TimeProvider.System);

        Assert.Null(read.Configuration);
        Assert.Contains("hub init", Assert.Single(read.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASecretFromAFileIsRead()
    {
        scratch.Write("secrets/crm.txt", "  s3cret\n");

        Assert.Null(Secrets.Problem("file:secrets/crm.txt", scratch.Folder));
        Assert.Equal("s3cret", Secrets.Read("file:secrets/crm.txt", scratch.Folder));
        Assert.Contains("cannot be read", Secrets.Problem("file:secrets/none.txt", scratch.Folder), StringComparison.Ordinal);
    }

    private static void Expect(IReadOnlyList<IntegrationHub.Mapping.ConfigurationProblem> problems, string file, string path, string words) => Assert.True(
        problems.Any(problem => problem.File == file && problem.Path.StartsWith(path, StringComparison.Ordinal) && problem.Message.Contains(words, StringComparison.OrdinalIgnoreCase)),
        $"Nothing said '{words}' of {file} at {path}. Found:\n{string.Join('\n', problems)}");
}
