using System.Text.Json;
using BenchmarkDotNet.Attributes;
using IntegrationHub.Mapping.Jsonata;

namespace IntegrationHub.Benchmarks.Mapping;

/// <summary>Evaluations of one compiled expression on a parsed record: an order with 20 lines, and its customer.</summary>
[MemoryDiagnoser]
public class JsonataBenchmarks
{
    private static readonly JsonataEnvironment Environment = new(TimeProvider.System, new Random(1));

    private readonly JsonElement order = JsonDocument.Parse(Order()).RootElement;
    private JsonataExpression expression = null!;

    public static IEnumerable<string> Names => Expressions.Keys;

    [ParamsSource(nameof(Names))]
    public string Name { get; set; } = "";

    private static Dictionary<string, string> Expressions { get; } = new()
    {
        ["path"] = "customer.address.city",
        ["join"] = "$join([customer.first, customer.last], ' ')",
        ["predicate"] = "lines[price > 50 and quantity >= 2].sku",
        ["sum"] = "$sum(lines.(price * quantity))",
        ["object"] =
            """
            { "name": $uppercase(customer.last) & ', ' & customer.first, "mail": $lowercase($trim(customer.email)),
              "city": customer.address.city, "country": customer.address.country = 'DE' ? 'Germany' : 'other', "vip": customer.score >= 80 }
            """,
        ["lines"] = "{ 'number': id, 'lines': lines.{ 'sku': sku, 'amount': $round(price * quantity, 2), 'name': $substringBefore(name, ' ') } }",
        ["group"] = "lines{ category: $sum(price) }",
        ["order-by"] = "lines^(>price, sku).sku",
        ["transform"] = "$ ~> |lines|{ 'total': price * quantity }, 'name'|",
        ["regular expression"] = "$replace(customer.phone, /[^0-9+]/, '')",
        ["date"] = "$fromMillis($toMillis(placedAt), '[D01].[M01].[Y0001]')",
        ["function"] = "($tax := function($v){ $v * 1.19 }; $map(lines.price, $tax))",
    };

    [GlobalSetup]
    public void Compile() => expression = JsonataExpression.Parse(Expressions[Name]);

    [Benchmark]
    public bool Evaluate() => expression.Evaluate(order, Environment).IsUndefined;

    private static string Order()
    {
        var lines = Enumerable.Range(0, 20).Select(i =>
            $$"""{ "sku": "SKU-{{i:000}}", "name": "Article {{i}}", "category": "C{{i % 4}}", "price": {{10 + (i * 7)}}.95, "quantity": {{1 + (i % 3)}} }""");
        return $$"""
            { "id": "2026-000123", "placedAt": "2026-03-01T10:00:00Z",
              "customer": { "first": "Ada", "last": "Lovelace", "email": " Ada@Example.ORG ", "phone": "+44 (0)20 7946-0018", "score": 87.5,
                "address": { "street": "1 Main Street", "city": "London", "country": "GB" } },
              "lines": [{{string.Join(",", lines)}}] }
            """;
    }
}
