namespace IntegrationHub.SystemTests.Febrl;

/// <summary>Pairwise precision and recall of a clustering, counted from the table of person and cluster.</summary>
internal sealed record Scores(long Right, long Found, long True)
{
    public double Precision => Found == 0 ? 1 : (double)Right / Found;

    public double Recall => True == 0 ? 1 : (double)Right / True;

    /// <param name="clusters">Each record's key and the cluster that it is in.</param>
    /// <param name="truth">The person that each record is, by its key.</param>
    public static Scores Of(IReadOnlyCollection<(string Key, string Cluster)> clusters, IReadOnlyDictionary<string, string> truth) => new(
        Pairs(clusters.GroupBy(one => (truth[one.Key], one.Cluster))),
        Pairs(clusters.GroupBy(static one => one.Cluster, StringComparer.Ordinal)),
        Pairs(clusters.GroupBy(one => truth[one.Key], StringComparer.Ordinal)));

    public override string ToString() => $"precision {Precision:F4}, recall {Recall:F4}: {Found} pairs found, {Right} of them right, {True} true";

    private static long Pairs<T>(IEnumerable<IGrouping<T, (string Key, string Cluster)>> groups) => groups.Sum(static group => (long)group.Count() * (group.Count() - 1) / 2);
}
