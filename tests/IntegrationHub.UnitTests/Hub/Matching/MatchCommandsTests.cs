using System.Text.Json.Nodes;
using IntegrationHub.Hub.Commands;
using IntegrationHub.UnitTests.Identity.Linking;
using Xunit;

namespace IntegrationHub.UnitTests.Hub.Matching;

public sealed class MatchCommandsTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hub-match-");

    [Fact]
    public async Task DedupeFindsCustomersWithoutAConfiguration()
    {
        var customers = SomeCustomers.Make(300, 2);
        var input = Write("in.csv", "record_id, given_name, surname, date_of_birth, city, email, soc_sec_id\r\n"
            + string.Concat(customers.Records.Select(static (record, row) => $"r{row}, {string.Join(", ", record.Fields)}\r\n")));

        var (code, json, error) = await RunAsync("dedupe", "--input", input, "--output", PathOf("out.csv"), "--pairs", PathOf("pairs.csv"), "--json");

        Assert.True(code == ExitCode.Done, error);
        Assert.Equal(["givenName", "familyName", "date", "city", "email", "identifier"], json["columns"]!.AsArray().Select(static one => (string)one!["kind"]!));
        Assert.InRange((int)json["clusters"]!, 295, 305);
        var lines = File.ReadAllLines(PathOf("out.csv"));
        Assert.Equal("record_id,cluster_id", lines[0]);
        Assert.Equal(customers.Records.Count, lines.Length - 1);
        Assert.Equal("record_id_l,record_id_r,probability,bits", File.ReadLines(PathOf("pairs.csv")).First());
    }

    [Fact]
    public async Task LinkTrainAndExplainWorkTogether()
    {
        var config = Write("m.json", """{ "id": "id", "columns": { "name": "fullName", "born": "date", "phone": "phone" } }""");
        string[] names = ["Ada Lovelace", "Alan Turing", "Grace Hopper", "欧阳娜娜", "Jean Bartik", "Betty Holberton"];
        var rows = Enumerable.Range(0, 60).Select(i => $"{i},{names[i % 6]}{(i < 6 ? "" : $" {(char)('A' + (i / 6))}son")},19{10 + i}-0{1 + (i % 9)}-1{i % 8},+4420794{60000 + (i * 137)}");
        var left = Write("left.csv", "id,name,born,phone\n" + string.Join('\n', rows));
        var right = Write("right.csv", "id,name,born,phone\n" + string.Join('\n', rows).Replace("欧阳娜娜", "Nana Ouyang", StringComparison.Ordinal));

        var (linked, json, _) = await RunAsync("link", "--left", left, "--right", right, "--config", config, "--output", PathOf("out.csv"), "--json");
        Assert.Equal(ExitCode.Done, linked);
        Assert.Equal(60, (int)json["clusters"]!);
        Assert.Contains("3,4,1", File.ReadLines(PathOf("out.csv")));
        Assert.Contains("3,4,2", File.ReadLines(PathOf("out.csv")));

        Assert.Equal(ExitCode.Done, (await RunAsync("train", "--input", left, "--config", config, "--output", PathOf("model.json"), "--json")).Code);
        var (explained, why, _) = await RunAsync("explain", "--input", left, "--config", config, "--model", PathOf("model.json"), "--a", "0", "--b", "1", "--json");
        Assert.Equal(ExitCode.Done, explained);
        Assert.Equal((double)why["totalBits"]!, (double)why["priorBits"]! + why["columns"]!.AsArray().Sum(static one => (double)one!["bits"]!), 3);
        Assert.True((double)why["probability"]! < 0.1);
    }

    [Theory]
    [InlineData("id,name\n1,Ada\n1,Bob\n", null, "line 3: the id in 'id' stands in line 2 already")]
    [InlineData("id,name\n,Ada\n2,Bob\n", null, "line 2: the id in 'id' is empty")]
    [InlineData("id,name\n1,Ada,London\n", null, "line 2: 2 fields were expected, as the header has, 3 were found")]
    [InlineData("id,name\n1,\"Ada\n", null, "line 2: a quoted field is not closed")]
    [InlineData("", null, "is empty: a header")]
    [InlineData("id,id\n1,2\n", null, "stands in the header twice")]
    [InlineData("id\n1\n", null, "No column is left to compare")]
    [InlineData("id,name\n1,Ada\n", """{ "id": "key" }""", "has no column 'key' to name records by. It has: id, name")]
    [InlineData("id,name\n1,Ada\n", """{ "columns": { "nom": "fullName" } }""", "has no column 'nom', which --config names. It has: id, name")]
    [InlineData("id,name\n1,Ada\n", """{ "columns": { "name": "nickname" } }""", "KIND is one of ignore, givenName")]
    [InlineData("id,name\n1,Ada\n", """{ "threshold": 2 }""", "at threshold: a number from 0.001 to 0.999 was expected, 2 was found")]
    public async Task WhatIsWrongIsSaid(string csv, string? config, string expected)
    {
        string[] options = config is null ? [] : ["--config", Write("m.json", config)];
        var (code, _, error) = await RunAsync(["dedupe", "--input", Write("in.csv", csv), "--output", PathOf("out.csv"), .. options]);

        Assert.Equal(ExitCode.WrongUse, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id,a,b\n1,,\n2,,\n3,,\n")]
    [InlineData("id,a,b\n")]
    [InlineData("id,a,b\n1,x,y\n")]
    [InlineData("id,a,b\n1,x,y\n2,x,y\n3,z,y\n")]
    public async Task FewRecordsOrNoValuesAreNoError(string csv)
    {
        var config = Write("m.json", """{ "columns": { "a": "fullName", "b": "text" } }""");
        var (code, json, error) = await RunAsync("dedupe", "--input", Write("in.csv", csv), "--config", config, "--output", PathOf("out.csv"), "--json");

        Assert.True(code == ExitCode.Done, error);
        Assert.Equal(csv.Count(static one => one == '\n') - 1, (int)json["records"]!);
    }

    [Fact]
    public async Task OneValueForAllAndAHugeFieldAreBounded()
    {
        var rows = Enumerable.Range(0, 3_000).Select(static i => $"{i},London,{(i == 7 ? new string('x', 1_000_000) : $"{100_000 + (i / 2)}")}");
        var config = Write("m.json", """{ "columns": { "town": "city", "number": "identifier" } }""");
        var (code, json, error) = await RunAsync(
            "dedupe", "--input", Write("in.csv", "id,town,number\n" + string.Join('\n', rows)), "--config", config, "--output", PathOf("out.csv"), "--json");

        Assert.True(code == ExitCode.Done, error);
        Assert.True((long)json["comparedPairs"]! < 1_000_000);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static async Task<(int Code, JsonNode Json, string Error)> RunAsync(params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var code = await CommandLine.RunAsync(["match", .. arguments], new CommandHost(output, error, TimeProvider.System), CancellationToken.None);
        return (code, output.ToString() is ['{', ..] text ? JsonNode.Parse(text)! : new JsonObject(), error.ToString());
    }

    private string PathOf(string name) => Path.Combine(folder.FullName, name);

    private string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }
}
