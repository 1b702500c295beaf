using System.Globalization;

namespace IntegrationHub.Benchmarks.Sync;

/// <summary>Writes customers as CSV: one row in five repeats an earlier customer, one in a hundred has an invalid e-mail address.</summary>
internal static class CustomerFile
{
    public const string Header = "id,given,family,email,phone,birth,street,city,postcode,country,status,role";

    private static readonly string[] Given = ["Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Frances", "Ken", "Margaret", "Niklaus", "伟", "芳", "娜", "敏"];
    private static readonly string[] Family = ["Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth", "Allen", "Thompson", "Hamilton", "Wirth", "王", "李", "张", "刘"];
    private static readonly string[] Cities = ["London", "Paris", "Berlin", "Wien", "Zürich", "Madrid", "北京", "上海"];

    /// <returns>The number of distinct valid customers in the file.</returns>
    public static int Write(string path, int records, int seed)
    {
        var random = new Random(seed);
        using var file = new StreamWriter(path);
        file.WriteLine(Header);
        var originals = 0;
        for (var row = 0; row < records; row++)
        {
            var isRepeated = originals > 100 && random.Next(5) == 0;
            var person = isRepeated ? random.Next(originals) : originals++;
            file.WriteLine(Row(row, person, isInvalid: !isRepeated && random.Next(80) == 0, random));
        }

        return originals;
    }

    /// <summary>One row of each of so many people.</summary>
    public static void WritePeople(string path, int people)
    {
        var random = new Random(0);
        using var file = new StreamWriter(path);
        file.WriteLine(Header);
        for (var person = 0; person < people; person++)
            file.WriteLine(Row(person, person, isInvalid: false, random));
    }

    /// <summary>Adds rows to a file for a hub that holds so many people: every second one is a new person, the others are of people who are there, with another
    /// town.</summary>
    public static void AddMore(string path, int records, int people)
    {
        var first = File.ReadLines(path).Count() - 1;
        var random = new Random(first);
        using var file = new StreamWriter(path, append: true);
        for (var row = first; row < first + records; row++)
        {
            var isNew = row % 2 == 0;
            var person = isNew ? people + row : random.Next(people);
            var text = Row(row, person, isInvalid: false, random);
            file.WriteLine(isNew ? text : text.Replace($",{Cities[person % Cities.Length]},", $",Town {row % 100},", StringComparison.Ordinal));
        }
    }

    private static string Row(int row, int person, bool isInvalid, Random random)
    {
        var (given, family) = (Given[person % Given.Length], Family[person / Given.Length % Family.Length]);
        var email = isInvalid ? $"p{person}.example.org" : $"p{person}@example{person % 50}.org";
        var birth = new DateOnly(1940, 1, 1).AddDays(person % 25_000).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return $"k{row:D8},{given},{family},{email},+4420{79460000 + (person % 9999)},{birth},{1 + (person % 300)} High Street,{Cities[person % Cities.Length]},"
            + $"{10000 + (person % 80000)},GB,{(random.Next(10) == 0 ? "inactive" : "active")},Buyer";
    }
}
