using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;

namespace IntegrationHub.Mapping.Jsonata.Functions;

/// <summary>One number out of many.</summary>
internal static class AggregateFunctions
{
    public static Builtin[] All { get; } =
    [
        new("count", "<a:n>", 1, (_, a) => Value.Of(a[0].IsUndefined ? 0 : a[0].Count)),
        new("sum", "<a<n>:n>", 1, (run, a) => a[0].IsUndefined ? default : Value.Of(Sum(run, a[0]))),
        new("average", "<a<n>:n>", 1, (run, a) => IsEmpty(a[0]) ? default : Value.Of(Sum(run, a[0]) / a[0].Count)),
        new("max", "<a<n>:n>", 1, (run, a) => IsEmpty(a[0]) ? default : Extreme(run, a[0], (number, best) => number > best)),
        new("min", "<a<n>:n>", 1, (run, a) => IsEmpty(a[0]) ? default : Extreme(run, a[0], (number, best) => number < best)),
    ];

    private static bool IsEmpty(in Value array) => array.IsUndefined || array.Count == 0;

    private static double Sum(Run run, in Value numbers)
    {
        var sum = 0.0;
        foreach (var number in numbers.Items())
        {
            run.Step();
            sum += number.Number;
        }
        return sum;
    }

    // The number itself comes back, with the digits it had.
    private static Value Extreme(Run run, in Value numbers, Func<double, double, bool> isBetter)
    {
        var best = default(Value);
        foreach (var number in numbers.Items())
        {
            run.Step();
            if (best.IsUndefined || isBetter(number.Number, best.Number)) best = number;
        }
        return best;
    }
}
