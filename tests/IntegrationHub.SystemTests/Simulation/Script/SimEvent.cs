using System.Globalization;
using IntegrationHub.SystemTests.Simulation.Systems;

namespace IntegrationHub.SystemTests.Simulation.Script;

/// <summary>What happens in one step of a script.</summary>
internal enum EventKind
{
    // Users at work.
    Create,
    CreateAgainElsewhere,
    Edit,
    EditInTwoSystems,
    Revert,
    Clear,
    Spoil,
    MakeEqual,
    Delete,
    Undelete,

    // The hub at work.
    Read,
    ReadWhole,
    Refine,
    Deliver,
    Round,
    Rest,

    // People who run the hub.
    Resume,
    PauseConnection,
    MergeCustomers,
    SplitCustomer,
    Pin,
    SettleConflicts,
    Replay,
    ChangeMapping,

    // What goes wrong.
    Fault,
    Outage,
    HideField,
    RequireField,
    CutTitles,
    SetClock,
    FailStore,
    Crash,
    StandStill,
}

/// <summary>One step. The numbers choose among what there is when it is taken, so that a script stays valid when steps are left out.</summary>
/// <param name="Gap">Milliseconds that pass before it.</param>
internal readonly record struct SimEvent(EventKind Kind, int Gap, int A, int B, int C)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Kind}{(Kind == EventKind.Fault ? $":{(CallFault)B}" : "")} +{Gap} ms ({A} {B} {C})");
}
