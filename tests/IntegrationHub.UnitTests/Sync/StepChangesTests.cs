using System.Collections;
using System.Runtime.CompilerServices;
using IntegrationHub.Sync.Store;
using Xunit;

namespace IntegrationHub.UnitTests.Sync;

/// <summary>A step that is taken for empty is not committed: whatever a step can hold must count.</summary>
public sealed class StepChangesTests
{
    public static TheoryData<string> Parts =>
        [.. typeof(StepChanges).GetProperties().Where(static part => part.Name != nameof(StepChanges.IsEmpty)).Select(static part => part.Name)];

    [Theory]
    [MemberData(nameof(Parts))]
    public void AStepThatHoldsAnythingIsNotEmpty(string name)
    {
        var changes = new StepChanges();
        Assert.True(changes.IsEmpty);

        var part = typeof(StepChanges).GetProperty(name)!;
        if (part.GetValue(changes) is IList list)
            list.Add(AnythingOf(list.GetType().GetGenericArguments()[0]));
        else
            part.SetValue(changes, AnythingOf(Nullable.GetUnderlyingType(part.PropertyType) ?? part.PropertyType));

        Assert.False(changes.IsEmpty);
    }

    private static object AnythingOf(Type type) => type == typeof(string) ? "" : RuntimeHelpers.GetUninitializedObject(type);
}
