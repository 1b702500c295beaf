using IntegrationHub.Identity;

namespace IntegrationHub.UnitTests.Identity.Linking;

/// <summary>Made-up customers, some of them twice or three times with mistakes.</summary>
internal sealed class SomeCustomers
{
    public static readonly MatchColumn[] Columns =
    [
        new("given", ColumnKind.GivenName), new("family", ColumnKind.FamilyName), new("born", ColumnKind.Date),
        new("town", ColumnKind.City), new("mail", ColumnKind.Email), new("number", ColumnKind.Identifier),
    ];

    private static readonly string[] Syllables = ["ka", "ro", "min", "el", "sta", "vi", "bo", "dan", "li", "ther", "jo", "mar", "qui", "zen", "pat"];

    private readonly Random random;

    private SomeCustomers(Random random) => this.random = random;

    /// <summary>Records, and for each the number of the customer it is of.</summary>
    public List<(string?[] Fields, int Customer)> Records { get; } = [];

    public static SomeCustomers Make(int count, int seed)
    {
        var made = new SomeCustomers(new Random(seed));
        for (var customer = 0; customer < count; customer++)
        {
            var one = made.Original(customer);
            made.Records.Add((one, customer));
            for (var copies = made.random.Next(4) == 0 ? made.random.Next(1, 3) : 0; copies > 0; copies--)
                made.Records.Add((made.Copy(one), customer));
        }

        return made;
    }

    public RecordSet ToSet(Func<int, int>? order = null)
    {
        var builder = new RecordSetBuilder(Columns);
        for (var i = 0; i < Records.Count; i++)
            builder.Add(Records[order?.Invoke(i) ?? i].Fields, 0);
        return builder.Build();
    }

    private string?[] Original(int customer)
    {
        var (given, family) = (Word(2), Word(3));
        return
        [
            given, family, $"{1930 + random.Next(80)}-{1 + random.Next(12):D2}-{1 + random.Next(28):D2}", Towns[(int)(Towns.Length * Math.Pow(random.NextDouble(), 2))],
            $"{given}.{family}{customer % 90}@example.org", $"{random.Next(1_000_000, 9_999_999)}",
        ];
    }

    private static string[] Towns { get; } = [.. Enumerable.Range(0, 40).Select(static i => $"{Syllables[i % 15]}{Syllables[i * 7 % 15]}ton")];

    private string Word(int syllables) => string.Concat(Enumerable.Range(0, syllables).Select(_ => Syllables[random.Next(Syllables.Length)]));

    private string?[] Copy(string?[] original)
    {
        var copy = (string?[])original.Clone();
        for (var mistakes = random.Next(3); mistakes > 0; mistakes--)
        {
            var at = random.Next(copy.Length);
            if (random.Next(8) == 0)
                (copy[0], copy[1]) = (copy[1], copy[0]);
            else if (random.Next(4) == 0 || copy[at] is null)
                copy[at] = null;
            else
                copy[at] = copy[at]!.Remove(random.Next(copy[at]!.Length - 1), 1).Insert(random.Next(copy[at]!.Length - 1), random.Next(10).ToString());
        }

        return copy;
    }
}
