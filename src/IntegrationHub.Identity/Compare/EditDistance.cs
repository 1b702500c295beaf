namespace IntegrationHub.Identity.Compare;

/// <summary>
/// Edits between two texts: insertions, deletions, substitutions and transpositions of neighbours, each letter edited once ("optimal string
/// alignment", a restricted Damerau-Levenshtein distance). Bit-parallel: one machine word holds a column of the table (H. Hyyrö, "A
/// bit-vector algorithm for computing Levenshtein and Damerau edit distances", 2003).
/// </summary>
internal static class EditDistance
{
    /// <summary>Characters that are compared; what follows in a longer text does not count.</summary>
    public const int LengthMax = 64;

    /// <returns>0 when equal in their first <see cref="LengthMax"/> characters.</returns>
    public static int Between(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        left = left[..Math.Min(left.Length, LengthMax)];
        right = right[..Math.Min(right.Length, LengthMax)];
        TrimShared(ref left, ref right);
        if (left.Length == 0 || right.Length == 0)
            return left.Length + right.Length;

        Span<ulong> places = stackalloc ulong[128];
        for (var i = 0; i < left.Length; i++)
        {
            if (left[i] < 128)
                places[left[i]] |= 1UL << i;
        }

        var last = 1UL << (left.Length - 1);
        ulong positive = ~0UL, negative = 0, diagonal = 0, placesBefore = 0;
        var distance = left.Length;
        foreach (var character in right)
        {
            var place = character < 128 ? places[character] : PlacesOf(character, left);
            var swapped = (((~diagonal) & place) << 1) & placesBefore;
            diagonal = ((((place & positive) + positive) ^ positive) | place | negative) | swapped;
            var horizontalPositive = negative | ~(diagonal | positive);
            var horizontalNegative = diagonal & positive;
            if ((horizontalPositive & last) != 0)
                distance++;
            if ((horizontalNegative & last) != 0)
                distance--;
            horizontalPositive = (horizontalPositive << 1) | 1;
            positive = (horizontalNegative << 1) | ~(diagonal | horizontalPositive);
            negative = diagonal & horizontalPositive;
            placesBefore = place;
        }

        return distance;
    }

    // What both begin and end with costs nothing, and most of what is compared differs in one place or in all.
    private static void TrimShared(ref ReadOnlySpan<char> left, ref ReadOnlySpan<char> right)
    {
        var shared = left.CommonPrefixLength(right);
        left = left[shared..];
        right = right[shared..];
        while (left.Length > 0 && right.Length > 0 && left[^1] == right[^1])
        {
            left = left[..^1];
            right = right[..^1];
        }
    }

    private static ulong PlacesOf(char character, ReadOnlySpan<char> text)
    {
        ulong places = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == character)
                places |= 1UL << i;
        }

        return places;
    }
}
