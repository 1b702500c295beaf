namespace IntegrationHub.Storage;

/// <summary>Which column a payload belongs to; bound into the seal once payloads are encrypted, so that ciphertext cannot be moved.</summary>
internal enum PayloadColumn : byte
{
    Checkpoint,
    RecordKey,
    RecordRaw,
    RecordFields,
    RecordFixes,
    GoldenFields,
    GoldenOverrides,
    DeliverySending,
    ConflictSides,
    EffectFields,
    DifferenceKey,
    DifferenceFields,
}

/// <summary>The one seam that every payload passes on its way into and out of the database. A sealed payload starts with a byte that names its form,
/// so that an encrypted form per owner can come in beside the clear one without touching what is stored.</summary>
internal static class PayloadSeal
{
    private const byte Clear = 0;

    /// <param name="column">Where the payload will be stored.</param>
    /// <param name="owner">The number of the record it belongs to within its table.</param>
    /// <param name="payload">The clear payload, UTF-8 JSON or text.</param>
    public static byte[] Seal(PayloadColumn column, long owner, ReadOnlySpan<byte> payload)
    {
        _ = (column, owner);
        var sealedPayload = new byte[payload.Length + 1];
        sealedPayload[0] = Clear;
        payload.CopyTo(sealedPayload.AsSpan(1));
        return sealedPayload;
    }

    /// <exception cref="InvalidDataException">The payload has a form that this version cannot read.</exception>
    public static ReadOnlySpan<byte> Open(PayloadColumn column, long owner, ReadOnlySpan<byte> sealedPayload) =>
        sealedPayload.Length > 0 && sealedPayload[0] == Clear
            ? sealedPayload[1..]
            : throw new InvalidDataException(
                $"The {column} payload of row {owner} has the form {(sealedPayload.Length > 0 ? sealedPayload[0] : "none")}; this version reads form 0. "
                + "The database was written by a newer version: run that one.");
}
