namespace IntegrationHub.UnitTests.Identity.Compare;

/// <summary>The measures as their definitions say them, one step after the other.</summary>
internal static class SlowMeasures
{
    private const int LengthMax = 64;

    public static int Edits(string left, string right)
    {
        left = Cut(left);
        right = Cut(right);
        var table = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
            table[i, 0] = i;
        for (var j = 0; j <= right.Length; j++)
            table[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var change = left[i - 1] == right[j - 1] ? 0 : 1;
                table[i, j] = Math.Min(Math.Min(table[i - 1, j] + 1, table[i, j - 1] + 1), table[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }

        return table[left.Length, right.Length];
    }

    public static double JaroWinkler(string left, string right)
    {
        left = Cut(left);
        right = Cut(right);
        if (left.Length == 0 && right.Length == 0)
            return 1;
        var reach = Math.Max(0, (Math.Max(left.Length, right.Length) / 2) - 1);
        var isTaken = new bool[right.Length];
        var ours = new List<char>();
        for (var i = 0; i < left.Length; i++)
        {
            for (var j = 0; j < right.Length; j++)
            {
                if (Math.Abs(i - j) > reach || isTaken[j] || left[i] != right[j])
                    continue;
                isTaken[j] = true;
                ours.Add(left[i]);
                break;
            }
        }

        var theirs = right.Where((_, j) => isTaken[j]).ToList();
        if (ours.Count == 0)
            return 0;
        double matches = ours.Count;
        double transpositions = ours.Zip(theirs).Count(static pair => pair.First != pair.Second) / 2;
        var jaro = ((matches / left.Length) + (matches / right.Length) + ((matches - transpositions) / matches)) / 3;
        var prefix = 0;
        while (prefix < 4 && prefix < left.Length && prefix < right.Length && left[prefix] == right[prefix])
            prefix++;
        return jaro + (prefix * 0.1 * (1 - jaro));
    }

    private static string Cut(string text) => text.Length > LengthMax ? text[..LengthMax] : text;
}
