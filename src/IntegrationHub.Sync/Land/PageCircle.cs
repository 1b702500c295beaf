using System.Security.Cryptography;
using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;

namespace IntegrationHub.Sync.Land;

/// <summary>Notices that a read goes round in circles: the same page again, or page after page that shows no new key and does not move the checkpoint.</summary>
internal sealed class PageCircle
{
    private const int RememberedPagesMax = 100_000;
    private const int IdlePagesMax = 50;

    private readonly HashSet<Digest> pages = [];
    private readonly HashSet<string> keys = new(StringComparer.Ordinal);
    private string? checkpoint;
    private int idlePages;

    public bool IsClosedBy(SourcePage page)
    {
        if (page.End != ReadEnd.More)
            return false;
        return IsIdle(page) || (page.Records.Count > 0 && pages.Count < RememberedPagesMax && !pages.Add(DigestOf(page)));
    }

    // A connector may well stay at one checkpoint for many pages (equal times), but then each shows other records. Payloads are not compared: one that differs
    // with each request (a stamp, a request's number) would hide the circle.
    private bool IsIdle(SourcePage page)
    {
        if (page.Checkpoint.Value != checkpoint)
        {
            checkpoint = page.Checkpoint.Value;
            idlePages = 0;
            keys.Clear();
        }

        var isNews = false;
        foreach (var record in page.Records)
            isNews |= keys.Add(record.Key);
        idlePages = isNews ? 0 : idlePages + 1;
        return idlePages > IdlePagesMax;
    }

    // Held in memory for one read only, so it needs no key.
    private static Digest DigestOf(SourcePage page)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var record in page.Records)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(record.Key));
            hash.AppendData([0]);
            hash.AppendData(record.Payload.Span);
        }

        return Digest.Read(hash.GetHashAndReset());
    }
}
