using System.Text;
using IntegrationHub.Mapping.Jsonata.Functions;

namespace IntegrationHub.UnitTests.Mapping.Jsonata;

/// <summary>Expressions that are mostly well formed and mostly senseless, and damaged ones.</summary>
internal sealed class RandomExpressions(Random random)
{
    private const string Noise = "()[]{}.,;:?$%@#^~|&=<>!*/+-\"'`\\ \n0aλ€\ud800";

    private static readonly string[] Names = ["a", "b", "list", "nested", "text", "`odd name`", "missing"];
    private static readonly string[] Variables = ["$", "$$", "$x", "$f", "$missing"];
    private static readonly string[] Literals = ["0", "1", "-1", "2.5", "1e300", "\"\"", "'text'", "'2018-03-27'", "true", "false",
        "null", "[]", "{}", "/a(b)?/i", "/(a+)+$/"];
    private static readonly string[] Signs = [" + ", " - ", " * ", " / ", " % ", " & ", " = ", " != ", " < ", " >= ", " and ", " or ",
        " in ", " ~> ", " ?: ", " ?? ", "."];
    private static readonly string[] Functions = [.. Builtins.Names.Order(StringComparer.Ordinal)];

    public string Next()
    {
        var text = Expression(random.Next(1, 6));
        return random.Next(3) == 0 ? Damaged(text) : text;
    }

    private string Expression(int depth)
    {
        if (depth == 0) return Leaf();
        return random.Next(20) switch
        {
            0 => Leaf(),
            1 or 2 => Expression(depth - 1) + Pick(Signs) + Expression(depth - 1),
            3 => $"{Expression(depth - 1)}[{Expression(depth - 1)}]",
            4 => $"[{Expression(depth - 1)}, {Expression(depth - 1)}]",
            5 => $"[{Leaf()}..{Leaf()}]",
            6 => $"{{{Expression(depth - 1)}: {Expression(depth - 1)}}}",
            7 => $"{Expression(depth - 1)}{{{Leaf()}: {Expression(depth - 1)}}}",
            8 => $"({Expression(depth - 1)}; {Expression(depth - 1)})",
            9 => $"($x := {Expression(depth - 1)}; {Expression(depth - 1)})",
            10 => $"($f := function($x, $y){{{Expression(depth - 1)}}}; $f({Expression(depth - 1)}))",
            11 => $"{Expression(depth - 1)} ? {Expression(depth - 1)} : {Expression(depth - 1)}",
            12 => $"{Expression(depth - 1)}^({(random.Next(2) == 0 ? ">" : "")}{Expression(depth - 1)})",
            13 => $"list@$v#$i.{Expression(depth - 1)}[$v = %.a]",
            14 => $"nested.list.(%.{Expression(depth - 1)})",
            15 => $"$ ~> |{Expression(depth - 1)}|{Expression(depth - 1)}, {Leaf()}|",
            16 => $"{Expression(depth - 1)}[]",
            _ => Call(depth),
        };
    }

    private string Call(int depth)
    {
        var arguments = Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(6) switch
        {
            0 => "?",
            1 => $"function($v, $i, $a){{{Expression(depth - 1)}}}",
            2 => "$" + Pick(Functions),
            _ => Expression(depth - 1),
        });
        return $"${Pick(Functions)}({string.Join(", ", arguments)})";
    }

    private string Leaf() => random.Next(5) switch
    {
        0 or 1 => Pick(Names),
        2 => Pick(Variables),
        3 => random.Next(12) switch { 0 => "%", <= 4 => "*", <= 6 => "**", _ => "$" + Pick(Functions) },
        _ => Pick(Literals),
    };

    private string Damaged(string text)
    {
        var damaged = new StringBuilder(text);
        for (var i = random.Next(1, 4); i > 0 && damaged.Length > 0; i--)
        {
            var at = random.Next(damaged.Length);
            if (random.Next(2) == 0) damaged.Remove(at, 1);
            else damaged.Insert(at, Noise[random.Next(Noise.Length)]);
        }
        return damaged.ToString();
    }

    private string Pick(string[] from) => from[random.Next(from.Length)];
}
