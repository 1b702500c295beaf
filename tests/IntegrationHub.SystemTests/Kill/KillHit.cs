using System.Globalization;
using IntegrationHub.SystemTests.Febrl;
using IntegrationHub.SystemTests.Fixtures;

namespace IntegrationHub.SystemTests.Kill;

/// <summary>What a kill hit: the store and the file as the dead process left them.</summary>
/// <param name="Registry">Writes to the file that this process had attempted and not settled.</param>
/// <param name="Clinic">Writes to the table that this process had attempted and not settled.</param>
/// <param name="Older">Attempts of earlier processes that had not been read back yet.</param>
/// <param name="RewriteOpen">Whether the file's next state lay beside it.</param>
/// <param name="Landed">Records that were landed and not refined.</param>
/// <param name="Unread">Streams whose first read had not ended.</param>
internal sealed record KillHit(KillMoment Moment, KillPhase Phase, int Registry, int Clinic, int Older, bool RewriteOpen, int Landed, int Planned, int Unread)
{
    public const string Header = " kill  phase  hub   moment         delay   attempted file/table  older  rewrite open  landed  planned  unread";

    public bool HitAttempt => Registry + Clinic > 0;

    /// <exception cref="InvalidDataException">The store is damaged.</exception>
    public static KillHit Of(KillMoment moment, KillPhase phase, PatientHub hub, DateTimeOffset startedAt)
    {
        var isOpen = File.Exists(hub.Registry.SuccessorPath);
        if (!File.Exists(hub.Folder.DatabaseFile))
            return new(moment, phase, 0, 0, 0, isOpen, 0, 0, 2);
        using var store = new StoreCopy(hub.Folder.DatabaseFile);
        if (store.Integrity is var integrity && integrity != "ok")
            throw new InvalidDataException($"The store is damaged after a kill: {integrity}");
        // A process that dies before the schema is there leaves an empty file.
        if (store.IsEmpty)
            return new(moment, phase, 0, 0, 0, isOpen, 0, 0, 2);
        var (registry, clinic) = (store.AttemptingCount("registry", startedAt), store.AttemptingCount("clinic", startedAt));
        return new(
            moment, phase, registry, clinic, store.AttemptingCount("registry") + store.AttemptingCount("clinic") - registry - clinic, isOpen,
            store.LandedCount, store.PlannedCount("registry") + store.PlannedCount("clinic"), store.UnreadCount);
    }

    public string ToRow(int number) => string.Create(
        CultureInfo.InvariantCulture,
        $"{number,5}  {Phase,-5}  {Moment.Command,-4}  {Moment.Kind,-13} {Moment.Delay.TotalMilliseconds,6:F1}   {Registry,14}/{Clinic,-5}  {Older,5}  {(RewriteOpen ? "yes" : ""),12}  {Landed,6}  {Planned,7}  {Unread,6}");
}
