using IntegrationHub.Identity.Block;

namespace IntegrationHub.Identity.Score;

/// <summary>Outcomes of compared pairs, each once, from which weights are estimated.</summary>
/// <param name="Width">Comparisons of a pair.</param>
/// <param name="Levels">Pair by pair.</param>
/// <param name="Rarity">Pair by pair.</param>
/// <param name="Shares">How many pairs each stands for.</param>
/// <param name="Drawn">How many pairs were compared.</param>
internal sealed record PairSample(int Width, byte[] Levels, byte[] Rarity, float[] Shares, int Drawn)
{
    public int Count => Levels.Length / Math.Max(1, Width);

    public ReadOnlySpan<byte> LevelsOf(int pair) => Levels.AsSpan(pair * Width, Width);

    public ReadOnlySpan<byte> RarityOf(int pair) => Rarity.AsSpan(pair * Width, Width);

    public static PairSample Compare(PairComparer comparer, IReadOnlyList<(int First, int Second)> pairs, float share, float[] shares, Workers workers)
    {
        const int Piece = 4096;
        var width = comparer.Count;
        var levels = new byte[pairs.Count * width];
        var rarity = new byte[pairs.Count * width];
        workers((pairs.Count + Piece - 1) / Piece, piece =>
        {
            for (var i = piece * Piece; i < Math.Min(pairs.Count, (piece + 1) * Piece); i++)
                comparer.Compare(pairs[i].First, pairs[i].Second, levels.AsSpan(i * width, width), rarity.AsSpan(i * width, width));
        });
        return Distinct(width, levels, rarity, i => shares.Length == 0 ? share : shares[i]);
    }

    // Most pairs have one of few outcomes: each is kept once.
    private static PairSample Distinct(int width, byte[] levels, byte[] rarity, Func<int, float> shareOf)
    {
        var places = new Dictionary<Outcome, int>();
        var shares = new List<float>();
        var count = levels.Length / Math.Max(1, width);
        for (var i = 0; i < count; i++)
        {
            var outcome = new Outcome(levels, rarity, i * width, width);
            if (places.TryGetValue(outcome, out var place))
            {
                shares[place] += shareOf(i);
                continue;
            }

            place = shares.Count;
            levels.AsSpan(i * width, width).CopyTo(levels.AsSpan(place * width));
            rarity.AsSpan(i * width, width).CopyTo(rarity.AsSpan(place * width));
            places.Add(outcome with { Start = place * width }, place);
            shares.Add(shareOf(i));
        }

        return new(width, levels[..(shares.Count * width)], rarity[..(shares.Count * width)], [.. shares], count);
    }

    private readonly record struct Outcome(byte[] Levels, byte[] Rarity, int Start, int Width)
    {
        public bool Equals(Outcome other) =>
            Levels.AsSpan(Start, Width).SequenceEqual(other.Levels.AsSpan(other.Start, Width))
            && Rarity.AsSpan(Start, Width).SequenceEqual(other.Rarity.AsSpan(other.Start, Width));

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.AddBytes(Levels.AsSpan(Start, Width));
            hash.AddBytes(Rarity.AsSpan(Start, Width));
            return hash.ToHashCode();
        }
    }
}
