namespace IntegrationHub.UnitTests.Scenarios.Histories;

/// <summary>What happens in one step of a history: users at work in the systems, the hub at work, and what goes wrong.</summary>
internal enum StepKind
{
    Create,
    CreateAgainElsewhere,
    Edit,
    EditInTwoSystems,
    Revert,
    Clear,
    Spoil,
    MakeEqual,
    Delete,
    Advance,
    Sync,
    ReadOne,
    Refine,
    DeliverOne,
    LoseRequest,
    LoseAnswer,
    FailLookUp,
    Refuse,
    Lock,
    Throttle,
    BreakRead,
    EditDuringWrite,
    LandDuringWrite,
    WorkDuringWrite,
    Kill,
}

/// <summary>One step. The numbers choose among what there is when the step is taken, so a history stays valid when steps are left out.</summary>
internal readonly record struct HistoryStep(StepKind Kind, int A, int B, int C)
{
    // How often each kind occurs: mostly users and the hub at work.
    private static readonly (StepKind Kind, int Weight)[] Weights =
    [
        (StepKind.Create, 6), (StepKind.CreateAgainElsewhere, 3), (StepKind.Edit, 20), (StepKind.EditInTwoSystems, 6), (StepKind.Revert, 4), (StepKind.Clear, 4),
        (StepKind.Spoil, 1), (StepKind.MakeEqual, 2), (StepKind.Delete, 3), (StepKind.Advance, 8), (StepKind.Sync, 16), (StepKind.ReadOne, 6), (StepKind.Refine, 4),
        (StepKind.DeliverOne, 4), (StepKind.LoseRequest, 2), (StepKind.LoseAnswer, 3), (StepKind.FailLookUp, 2), (StepKind.Refuse, 2), (StepKind.Lock, 2),
        (StepKind.Throttle, 2), (StepKind.BreakRead, 2), (StepKind.EditDuringWrite, 3), (StepKind.LandDuringWrite, 3), (StepKind.WorkDuringWrite, 2), (StepKind.Kill, 3),
    ];

    public static IReadOnlyList<HistoryStep> Draw(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new HistoryStep(DrawKind(random), random.Next(1_000), random.Next(1_000), random.Next(1_000)))];

    public override string ToString() => $"{Kind} {A} {B} {C}";

    private static StepKind DrawKind(Random random)
    {
        var at = random.Next(Weights.Sum(static one => one.Weight));
        foreach (var (kind, weight) in Weights)
        {
            if ((at -= weight) < 0)
                return kind;
        }

        return StepKind.Sync;
    }
}
