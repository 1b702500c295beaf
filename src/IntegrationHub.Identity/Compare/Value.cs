namespace IntegrationHub.Identity.Compare;

/// <summary>One distinct value of a column, in the form that is compared.</summary>
internal sealed class Value(string text, int[]? words = null, bool isPartial = false)
{
    private const ulong HashStart = 14695981039346656037, HashPrime = 1099511628211;

    /// <summary>Two values with equal texts are one value.</summary>
    public string Text { get; } = text;

    /// <summary>Which characters occur, by their last six bits: tells most different values apart without a look at the text.</summary>
    public ulong Letters { get; } = LettersOf(text);

    /// <summary>How the text is read in Latin letters, where that differs from how it is written: Chinese. Else the text itself.</summary>
    public string Reading { get; init; } = text;

    /// <summary>A whole name with its last word first, as it is read; else the same as <see cref="Reading"/>.</summary>
    public string Turned { get; init; } = text;

    /// <summary>Codes of the words, ascending, without repeats; only where the kind compares words.</summary>
    public int[] Words { get; } = words ?? [];

    /// <summary>How rare each word is among the records, in bits; the same length as <see cref="Words"/>. Set once all records are known.</summary>
    public float[] WordBits { get; set; } = [];

    /// <summary>A part of the value is hidden, so that even equal ones may be two.</summary>
    public bool IsPartial { get; } = isPartial;

    /// <summary>A code of a text that is the same on every machine and in every run; never 0.</summary>
    public static int CodeOf(ReadOnlySpan<char> text)
    {
        var hash = HashStart;
        foreach (var character in text)
            hash = (hash ^ character) * HashPrime;
        return Fold(hash);
    }

    /// <summary>A code of two codes; 0, for nothing, when one of them is.</summary>
    public static int CodeOf(int first, int second) =>
        first == 0 || second == 0 ? 0 : Fold(((HashStart ^ (uint)first) * HashPrime ^ (uint)second) * HashPrime);

    /// <summary>The share of both values' words that both have, weighted by rarity: 0 to 1.</summary>
    public double WordsSharedWith(Value other)
    {
        double shared = 0, all = 0;
        int i = 0, j = 0;
        while (i < Words.Length || j < other.Words.Length)
        {
            if (j == other.Words.Length || (i < Words.Length && Words[i] < other.Words[j]))
            {
                all += WordBits[i++];
            }
            else if (i == Words.Length || Words[i] > other.Words[j])
            {
                all += other.WordBits[j++];
            }
            else
            {
                shared += WordBits[i];
                all += WordBits[i++];
                j++;
            }
        }

        return all == 0 ? 0 : shared / all;
    }

    /// <summary>The codes of the two rarest words; 0 for a word that is not there.</summary>
    public (int Rarest, int Second) RarestWords()
    {
        int first = -1, second = -1;
        for (var i = 0; i < Words.Length; i++)
        {
            if (first < 0 || WordBits[i] > WordBits[first])
                (first, second) = (i, first);
            else if (second < 0 || WordBits[i] > WordBits[second])
                second = i;
        }

        return (first < 0 ? 0 : Words[first], second < 0 ? 0 : Words[second]);
    }

    private static ulong LettersOf(string text)
    {
        ulong letters = 0;
        foreach (var character in text)
            letters |= 1UL << (character & 63);
        return letters;
    }

    private static int Fold(ulong hash)
    {
        hash = (hash ^ (hash >> 29)) * 0xBF58476D1CE4E5B9;
        var code = (int)(hash ^ (hash >> 32));
        return code == 0 ? 1 : code;
    }
}
