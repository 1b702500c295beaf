using IntegrationHub.Mapping.Jsonata.Data;

namespace IntegrationHub.Mapping.Jsonata.Running;

/// <summary>Deep equality: of numbers by value, of objects whatever the order of their properties.</summary>
internal static class Equality
{
    public static bool Of(in Value a, in Value b)
    {
        var kind = a.Kind;
        if (kind != b.Kind) return false;
        if (kind == Kind.Array) return Arrays(a, b);
        return kind == Kind.Object ? Objects(a, b) : a.SameAs(b);
    }

    private static bool Arrays(in Value a, in Value b)
    {
        if (a.Count != b.Count) return false;
        Run.GuardStack();
        var others = b.Items();
        foreach (var item in a.Items())
        {
            if (!others.MoveNext() || !Of(item, others.Current)) return false;
        }
        return true;
    }

    private static bool Objects(in Value a, in Value b)
    {
        Run.GuardStack();
        var count = 0;
        foreach (var (name, value) in a.Properties())
        {
            count++;
            var other = b.Property(name);
            if (other.IsUndefined || !Of(value, other)) return false;
        }
        foreach (var _ in b.Properties()) count--;
        return count == 0;
    }
}
