using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Rest;
using IntegrationHub.Connectors.Rest.Vocabulary;
using IntegrationHub.UnitTests.Connectors.Http;
using Xunit;

namespace IntegrationHub.UnitTests.Connectors.Rest;

public sealed class DescriptionTests
{
    [Theory]
    [InlineData("""{"steams":{}}""", "rest.steams is not a keyword. Did you mean 'streams'?")]
    [InlineData("""{"streams":{"contacts":{"read":{"path":"/c","pageing":{}}}}}""", "rest.streams.contacts.read.pageing is not a keyword. Did you mean 'paging'?")]
    [InlineData("""{"errors":[{"outcome":"throttled","stauts":["429"]}]}""", "rest.errors[0].stauts is not a keyword. Did you mean 'status'?")]
    [InlineData("""{"streams":{"contacts":{"read":{"path":"/c","paging":{"kind":"cursur"}}}}}""", "rest.streams.contacts.read.paging.kind")]
    [InlineData("""{"streams":{"contacts":{"read":{"path":"/c","query":{"q":"{sinse}"}}}}}""", "{sinse} is no template. Did you mean 'since'?")]
    [InlineData("""{"streams":{"contacts":{"read":{"path":"/c","paging":{"kind":"cursor"}}}}}""", "needs next")]
    [InlineData("""{"streams":{"contacts":{"write":{"create":{"path":"/c"}}}}}""", "write needs lookup")]
    [InlineData("""{"streams":{"contacts":{"webhook":{"signature":{"kind":"standard"}}}}}""", "webhook needs lookup.byKey")]
    [InlineData("""{"streams":{"contact":{}}}""", "no stream 'contacts'. Did you mean 'contact'?")]
    [InlineData("""{"errors":[{"outcome":"rejected"}],"streams":{"contacts":{}}}""", "it would always match")]
    [InlineData("""{"limits":{"retries":99},"streams":{"contacts":{}}}""", "limits.retries must be 1 to 10")]
    public void AMistakeIsNamedWithItsPlaceAndWhatWasMeant(string rest, string expected)
    {
        var failure = Assert.Throws<ConnectorException>(() => Create(null, rest));

        Assert.Equal(("rest.options", FailureKind.Blocked), (failure.Code, failure.Kind));
        Assert.Contains(expected, failure.Message);
    }

    [Fact]
    public void AllUnknownKeywordsAreNamedAtOnce()
    {
        var failure = Assert.Throws<ConnectorException>(() => Create(null, """{"steams":{},"budgit":{}}"""));

        Assert.Contains("steams", failure.Message);
        Assert.Contains("budgit", failure.Message);
    }

    [Fact]
    public async Task TheConnectionChangesTheManifestAndAStreamItsOwnDescription()
    {
        const string Manifest = """{"headers":{"X":"{options.shop}"},"streams":{"*":{"read":{"path":"/all/{stream}","query":{"a":"1"}}}}}""";
        await using var server = await LoopbackServer.StartAsync((context, _) => context.JsonAsync("[]"));
        await using var connector = Create(Manifest, """{"streams":{"contacts":{"read":{"query":{"b":"2"}}}}}""", server.Address.ToString(), """{"read":{"query":{"c":"3"}}}""");

        await foreach (var page in ((ISourceConnector)connector).ReadAsync("contacts", null, CancellationToken.None))
            Assert.Equal(ReadEnd.CaughtUp, page.End);

        var request = Assert.Single(server.Requests);
        Assert.Equal(("/all/contacts", "?a=1&b=2&c=3", "ada"), (request.Path, request.Query, request.Headers["X"]));
    }

    [Fact]
    public void TheLimitsOfTheDescriptionAreTheClients()
    {
        var options = JsonDocument.Parse("""{"rest":{"budget":{"calls":100,"interval":"00:00:10","headers":{"dailyUse":"Sforce-Limit-Info"}},"limits":{"attemptTimeout":"00:01:00"}}}""").RootElement;

        var settings = new RestConnectorFactory(null).SettingsFor(options);

        Assert.Equal((100, TimeSpan.FromSeconds(10), "Sforce-Limit-Info"), (settings.Budget.Calls, settings.Budget.Interval, settings.Budget.Signals!.DailyUse));
        Assert.Equal(TimeSpan.FromMinutes(1), settings.AttemptTimeout);
    }

    [Fact]
    public void TheSchemaFileSaysWhatTheVocabularySays()
    {
        var file = Path.Combine(Root(), "mappings", "schemas", "rest.schema.json");
        var expected = RestSchema.Text();
        if (Environment.GetEnvironmentVariable("INTEGRATIONHUB_UPDATE_SCHEMAS") == "1")
            File.WriteAllText(file, expected);

        Assert.True(expected == File.ReadAllText(file), "mappings/schemas/rest.schema.json is not what the vocabulary says. Run this test once with INTEGRATIONHUB_UPDATE_SCHEMAS=1 and commit the file.");
    }

    [Theory]
    [InlineData("2026-11-21T10:00:00.000+0000", "2026-11-21T10:00:00.000Z")]
    [InlineData("2026-11-21T15:30:00+05:30", "2026-11-21T10:00:00.000Z")]
    [InlineData("2026-11-21 10:00:00", "2026-11-21T10:00:00.000Z")]
    [InlineData("1795255200000", "2026-11-21T10:00:00.000Z")]
    [InlineData("1795255200", "2026-11-21T10:00:00.000Z")]
    [InlineData("/Date(1795255200000+0000)/", "2026-11-21T10:00:00.000Z")]
    [InlineData("Sat, 21 Nov 2026 10:00:00 GMT", "2026-11-21T10:00:00.000Z")]
    public void TimesOfEverySystemAreRead(string text, string expected) =>
        Assert.Equal(expected, SourceTime.Format(SourceTime.Of(text)!.Value, TimeFormat.Iso));

    [Theory]
    [InlineData(nameof(TimeFormat.IsoSeconds), "2026-11-21T10:00:00Z")]
    [InlineData(nameof(TimeFormat.IsoMicros), "2026-11-21T10:00:00.999999Z")]
    [InlineData(nameof(TimeFormat.EpochMs), "1795255200999")]
    [InlineData(nameof(TimeFormat.EpochSeconds), "1795255200")]
    [InlineData(nameof(TimeFormat.Odata), "datetime'2026-11-21T10:00:00'")]
    [InlineData(nameof(TimeFormat.Sql), "2026-11-21 10:00:00")]
    [InlineData(nameof(TimeFormat.HttpDate), "Sat, 21 Nov 2026 10:00:00 GMT")]
    public void ATimeIsCutToTheUnitOfItsNotationAndNeverRoundedUp(string format, string expected) =>
        Assert.Equal(expected, SourceTime.Format(DateTimeOffset.Parse("2026-11-21T10:00:00.9999999Z"), Enum.Parse<TimeFormat>(format)));

    [Theory]
    [InlineData("@odata.nextLink", "\"x\"")]
    [InlineData("d.results[1].id", "2")]
    [InlineData("d.@odata.count", "7")]
    [InlineData("d.results[9].id", null)]
    [InlineData("d.nothing", null)]
    public void PathsFindNamesWithDotsAndElements(string path, string? expected)
    {
        var json = JsonDocument.Parse("""{"@odata.nextLink":"x","d":{"@odata.count":7,"results":[{"id":1},{"id":2}]}}""").RootElement;

        Assert.Equal(expected, JsonPath.Find(json, path)?.GetRawText());
    }

    [Fact]
    public void AQuotedLiteralKeepsItsQuotes()
    {
        var values = new TemplateValues { ["key"] = "O'Neil\\" };

        Assert.Equal("Id = 'O\\'Neil\\\\'", Template.Text("Id = '{key:soql}'", values, encode: false));
        Assert.Equal("Id eq 'O''Neil\\'", Template.Text("Id eq '{key:odata}'", values, encode: false));
    }

    private static IConnector Create(string? manifest, string rest, string baseUrl = "https://crm.example.com", string streamOptions = "{}") =>
        new RestConnectorFactory(manifest is null ? null : JsonDocument.Parse(manifest).RootElement).Create(new()
        {
            Connection = "crm",
            Options = JsonDocument.Parse($$"""{"baseUrl":"{{baseUrl}}","shop":"ada","rest":{{rest}}}""").RootElement,
            Streams = new Dictionary<string, StreamSetup>(StringComparer.Ordinal) { ["contacts"] = RestHarness.Stream(options: streamOptions) },
            BaseFolder = ".",
            ConnectorFolder = ".",
            Http = new HttpClient(),
            Clock = TimeProvider.System,
        });

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "IntegrationHub.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
