using System.Text.Json;
using IntegrationHub.Mapping.Jsonata;
using IntegrationHub.UnitTests.Fixtures;
using Xunit;

namespace IntegrationHub.UnitTests.Mapping.Jsonata;

/// <summary>What runs away ends with a code and with words that name the cure.</summary>
public sealed class LimitTests
{
    private static readonly JsonataLimits Small = new() { Steps = 200_000, Items = 5_000, Characters = 10_000, Depth = 500 };

    [Theory]
    [InlineData("($f := function($n){ $n + $f($n + 1) }; $f(1))", "D1011")]
    [InlineData("($f := function(){ $map([1], $f) }; $f())", "D1011")]
    [InlineData("($f := function($x){ $x ~> $f }; $f(1))", "D1011")]
    [InlineData("($e := '$eval($e)'; $eval($e))", "D1011")]
    [InlineData("($f := function($n){ $f($n + 1) }; $f(1))", "D1012")]
    [InlineData("[1..4000].$count([1..4000][$ > 3])", "D1012")]
    [InlineData("$map([1..4000], function($v){ $filter([1..4000], function($w){ $w > $v }) })", "D1012")]
    [InlineData("[1..4000].[1..4000].($)", "D2015")]
    [InlineData("[[1..4000], [1..4000]].$", "D2015")]
    [InlineData("$append([1..4000], [1..4000])", "D2015")]
    [InlineData("[1..20000000]", "D2014")]
    [InlineData("$reduce([1..30], function($a, $b){ $a & $a }, 'x')", "D2015")]
    [InlineData("$pad('x', 1000000000)", "D2015")]
    [InlineData("$replace('aaaaaaaaaa', 'a', $pad('', 9000, 'b'))", "D2015")]
    [InlineData("($s := 'xxxx'; $join([1..4000].$s))", "D2015")]
    [InlineData("($s := 'xxxx'; [1..4000].$s)", "D2015")]
    public void WhatRunsAwayIsEnded(string expression, string code)
    {
        var exception = Assert.Throws<JsonataException>(() => Evaluate.Json(expression, null, Small));

        Assert.Equal(code, exception.Code);
    }

    [Fact]
    public void AChainOfLastCallsNeedsNoDepth() => Assert.Equal(
        "\"even\"",
        Evaluate.Json(
            """
            ( $even := function($n){ $n = 0 ? "even" : $odd($n - 1) };
              $odd := function($n){ ( $m := $n - 1; $n = 0 ? "odd" : $even($m) ) };
              $even(200000) )
            """,
            null,
            new JsonataLimits { Depth = 20 }));

    [Fact]
    public void TimeEndsAnEvaluation()
    {
        var clock = new RacingClock();
        var expression = JsonataExpression.Parse("($f := function($n){ $f($n + 1) }; $f(1))",
            new JsonataLimits { Time = TimeSpan.FromSeconds(3) });

        Assert.Equal("D1012", Assert.Throws<JsonataException>(() => expression.Evaluate(default, new(clock, new Random(1)))).Code);
        Assert.InRange(clock.Looks, 3, 5);
    }

    [Theory]
    [InlineData(@"$contains($, /^(a+)+$/)", "false")]
    [InlineData(@"$contains($, /^(a|a?)+$/)", "false")]
    public void APatternThatWouldBacktrackForeverDoesNotBacktrack(string expression, string expected) =>
        Assert.Equal(expected, Evaluate.Json(expression, $"\"{new string('a', 5_000)}!\""));

    [Fact]
    public void APatternThatMustBacktrackIsEndedByTime()
    {
        var exception = Assert.Throws<JsonataException>(() => Evaluate.Json(@"$contains($, /^(?=a)(a+)+$/)", $"\"{new string('a', 200)}!\""));

        Assert.Equal("D1012", exception.Code);
        Assert.Contains("backtracks", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(", ")", 100_000)]
    [InlineData("-", "", 50_000)]
    [InlineData("$f := ", "", 50_000)]
    [InlineData("a ? ", "", 50_000)]
    [InlineData("[", "]", 50_000)]
    public void NestingWithoutEndIsRefusedWhenParsed(string open, string close, int times)
    {
        var text = string.Concat(Enumerable.Repeat(open, times)) + "1" + string.Concat(Enumerable.Repeat(close, times));

        Assert.Equal("D1011", Assert.Throws<JsonataException>(() => JsonataExpression.Parse(text)).Code);
    }

    [Fact]
    public void ALongChainOfOperatorsIsRefusedOrEvaluatedButDoesNotBreakTheProcess()
    {
        Assert.Equal("3001", Evaluate.Json("1" + string.Concat(Enumerable.Repeat("+1", 3_000))));
        Assert.Equal("D1011", Assert.Throws<JsonataException>(() => JsonataExpression.Parse("1" + string.Concat(Enumerable.Repeat("+1",
            500_000)))).Code);
    }

    [Fact]
    public void AResultThatIsNestedTooDeeplyToWriteIsRefused() =>
        Assert.Equal("D1011", Assert.Throws<JsonataException>(() => Evaluate.Json("$reduce([1..200000], function($a, $b){[[$a]]})")).Code);

    [Fact]
    public void AMistakeNamesItsPlaceAndNoValue()
    {
        var exception = Assert.Throws<JsonataException>(() => Evaluate.Json("$number(secret)", """{ "secret": "4711-geheim" }"""));

        Assert.Equal(("D3030", "number", 7), (exception.Code, exception.Token, exception.Position));
        Assert.DoesNotContain("geheim", exception.Message, StringComparison.Ordinal);
        Assert.Contains("geheim", exception.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void OneExpressionServesManyThreads()
    {
        var expression = JsonataExpression.Parse("($f := function($n){ $n <= 1 ? $n : $f($n - 1) + $f($n - 2) }; $f(a))");
        using var input = JsonDocument.Parse("""{ "a": 12 }""");
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < 50; i++) Assert.Equal("144", expression.Evaluate(input.RootElement, Evaluate.Environment).ToJson());
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
    }

    /// <summary>A second passes each time anybody looks.</summary>
    private sealed class RacingClock : TimeProvider
    {
        private long _seconds;

        public long Looks => _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds++;
    }
}
