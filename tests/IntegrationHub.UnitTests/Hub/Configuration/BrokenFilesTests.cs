using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace IntegrationHub.UnitTests.Hub.Configuration;

/// <summary>Whatever somebody writes into a file: it is read, or every problem is told. Reading never fails.</summary>
public sealed class BrokenFilesTests
{
    private static readonly string[] Files = ["hub.json", "connections/crm.json", "connections/shop.json", "mappings/crm.contacts.json"];
    private static readonly string[] Replacements = ["null", "7", "\"x\"", "[]", "{}", "true", "[null]", "{\"x\":[]}", "\"\"", "-1"];

    [Fact]
    public void AnyPlaceOfAnyFileMayHoldAnything()
    {
        var cases = Gen.Choose(0, Files.Length - 1).SelectMany(file => Gen.Choose(0, 200).SelectMany(place => Gen.Elements(Replacements).Select(text => (file, place, text))));

        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            using var scratch = new ScratchConfiguration();
            var changed = Replace(scratch, Files[one.file], one.place, one.text);
            var read = scratch.Read();
            return (read.Configuration is null) == (read.Problems.Count > 0) && read.Problems.All(static problem => problem.Message.Length > 0 && problem.Path.Length > 0)
                ? true
                : throw new InvalidOperationException($"{Files[one.file]} with {one.text} at {changed}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("{\"streams\":[{\"name\":\"a\",\"name\":\"b\"}]}")]
    public void BrokenSyntaxIsAProblemOfItsFile(string text)
    {
        using var scratch = new ScratchConfiguration();
        scratch.Write("connections/crm.json", text);

        Assert.Contains(scratch.Read().Problems, static problem => problem.File == "connections/crm.json");
    }

    private static string Replace(ScratchConfiguration scratch, string file, int place, string text)
    {
        var root = JsonNode.Parse(File.ReadAllText(scratch.PathOf(file)))!;
        var nodes = All(root).ToList();
        var node = nodes[place % nodes.Count];
        var path = node.GetPath();
        if (node.Parent is JsonObject parent)
            parent[node.GetPropertyName()] = JsonNode.Parse(text);
        else if (node.Parent is JsonArray list)
            list[node.GetElementIndex()] = JsonNode.Parse(text);
        scratch.Write(file, root.ToJsonString());
        return path;
    }

    private static IEnumerable<JsonNode> All(JsonNode node) => node switch
    {
        JsonObject fields => fields.Where(static field => field.Value is not null).SelectMany(static field => All(field.Value!).Prepend(field.Value!)),
        JsonArray items => items.OfType<JsonNode>().SelectMany(static item => All(item).Prepend(item)),
        _ => [],
    };
}
