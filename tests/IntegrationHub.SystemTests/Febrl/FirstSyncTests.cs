using Xunit;

namespace IntegrationHub.SystemTests.Febrl;

/// <summary>5,000 patients in a file and the same with typing errors in a table, neither knowing of the other, brought together in one round.</summary>
[Collection(PatientPairsGroup.Name)]
public sealed class FirstSyncTests(PatientPairs pairs, ITestOutputHelper output)
{
    [Fact]
    public async Task EveryRecordThatWasThereIsThereStillAndOnce()
    {
        var state = await pairs.GetAsync();

        Assert.All(state.Originals, one => Assert.Contains(one.Key, state.Registry));
        Assert.All(state.Duplicates, one => Assert.Contains(one.Key, state.Clinic));
        Assert.DoesNotContain(state.Changes, static change => change.Operation == "delete");
    }

    [Fact]
    public async Task NoPatientIsCreatedTwice()
    {
        var state = await pairs.GetAsync();

        var created = state.Changes.Where(static change => change.Operation == "insert").ToList();

        Assert.All(created, static change => Assert.True(change.IsByHub));
        Assert.Equal(created.Count, created.Select(static change => change.Key).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(state.Clinic.Count, state.Duplicates.Count + created.Count);
        Assert.Equal(created.Count, created.Select(change => state.Clinic[change.Key].Content).Distinct(StringComparer.Ordinal).Count());
        var rows = state.Registry.Values.Where(row => row.Key.StartsWith("ih-", StringComparison.Ordinal)).ToList();
        Assert.Equal(state.Registry.Count, state.Originals.Count + rows.Count);
        Assert.Equal(rows.Count, rows.Select(static row => row.Content).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task BothSystemsShowTheSamePatients()
    {
        var state = await pairs.GetAsync();

        var registry = state.Registry.Values.Where(IsValid).Select(static row => row.Content).ToHashSet(StringComparer.Ordinal);
        var clinic = state.Clinic.Values.Where(IsValid).Select(static row => row.Content).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(registry.Except(clinic));
        Assert.Empty(clinic.Except(registry));
    }

    [Fact]
    public async Task DatesThatDoNotExistAreQuarantinedAndExplainedAndStayAsTheyWere()
    {
        var state = await pairs.GetAsync();
        var wrong = state.Originals.Where(static one => !IsValid(one)).ToList();
        var wrongInClinic = state.Duplicates.Where(static one => !IsValid(one)).ToList();

        Assert.NotEmpty(wrongInClinic);
        Assert.Equal(1, state.Round.ExitCode);
        Assert.Equal(wrong.Count, Stream(state, "registry/patients").GetProperty("quarantined").GetInt32());
        Assert.Equal(wrongInClinic.Count, Stream(state, "clinic/patients").GetProperty("quarantined").GetInt32());
        Assert.All(wrong, one => Assert.Equal(one.Content, state.Registry[one.Key].Content));
        Assert.All(wrongInClinic, one => Assert.Equal(one.Content, state.Clinic[one.Key].Content));
        var listed = (await state.Hub.Folder.RunAsync("quarantine", "list", "--limit", "1000", "--json")).Json.GetProperty("quarantine");
        Assert.Equal(wrong.Count + wrongInClinic.Count, listed.GetArrayLength());
    }

    [Fact]
    public async Task TheClusteringAgreesWithTheTruth()
    {
        var state = await pairs.GetAsync();
        var truth = FebrlData.LoadTruth();

        var score = Scores.Of([.. state.Originals.Select(one => (one.Key, state.Registry[one.Key].Content)), .. state.Duplicates.Select(one => (one.Key, state.Clinic[one.Key].Content))], truth);

        output.WriteLine(score.ToString());
        Assert.True(score.Precision > 0.99, score.ToString());
        Assert.True(score.Recall > 0.9, score.ToString());
    }

    private static bool IsValid(Patient patient) => FebrlData.IsBirthDate(patient["date_of_birth"]);

    private static System.Text.Json.JsonElement Stream(PatientPairs.State state, string name) =>
        state.Round.Json.GetProperty("streams").EnumerateArray().Single(stream => stream.GetProperty("stream").GetString() == name);
}
