using System.Numerics;

namespace IntegrationHub.Identity.Compare;

/// <summary>Similarity of short texts, 0 to 1 (W. E. Winkler, "String comparator metrics and enhanced decision rules", 1990).</summary>
internal static class JaroWinkler
{
    private const double PrefixScale = 0.1;
    private const int PrefixMax = 4;

    /// <summary>Of the first 64 characters; 1 when these are equal, 0 when one text is empty and the other is not.</summary>
    public static double Between(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        left = left[..Math.Min(left.Length, EditDistance.LengthMax)];
        right = right[..Math.Min(right.Length, EditDistance.LengthMax)];
        if (left.Length == 0 || right.Length == 0)
            return left.Length == right.Length ? 1 : 0;
        var jaro = Jaro(left, right);
        var prefix = Math.Min(left.CommonPrefixLength(right), PrefixMax);
        return jaro + (prefix * PrefixScale * (1 - jaro));
    }

    private static double Jaro(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var reach = Math.Max(0, (Math.Max(left.Length, right.Length) / 2) - 1);
        ulong leftMatched = 0, rightMatched = 0;
        for (var i = 0; i < left.Length; i++)
        {
            var end = Math.Min(right.Length, i + reach + 1);
            for (var j = Math.Max(0, i - reach); j < end; j++)
            {
                if (right[j] != left[i] || (rightMatched >> j & 1) != 0)
                    continue;
                leftMatched |= 1UL << i;
                rightMatched |= 1UL << j;
                break;
            }
        }

        var matches = BitOperations.PopCount(leftMatched);
        if (matches == 0)
            return 0;
        double transposed = OutOfOrder(left, leftMatched, right, rightMatched) / 2;
        return (((double)matches / left.Length) + ((double)matches / right.Length) + ((matches - transposed) / matches)) / 3;
    }

    private static int OutOfOrder(ReadOnlySpan<char> left, ulong leftMatched, ReadOnlySpan<char> right, ulong rightMatched)
    {
        var count = 0;
        while (leftMatched != 0)
        {
            if (left[BitOperations.TrailingZeroCount(leftMatched)] != right[BitOperations.TrailingZeroCount(rightMatched)])
                count++;
            leftMatched &= leftMatched - 1;
            rightMatched &= rightMatched - 1;
        }

        return count;
    }
}
