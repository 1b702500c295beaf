using IntegrationHub.Mapping.Jsonata.Data;

namespace IntegrationHub.Mapping.Jsonata.Running;

/// <summary>When a value counts as true.</summary>
internal static class Truth
{
    public static bool Of(in Value value)
    {
        switch (value.Kind)
        {
            case Kind.Boolean: return value.IsTrue;
            case Kind.Number: return value.Number is not (0 or double.NaN);
            case Kind.Text: return value.Text.Length > 0;
            case Kind.Object:
                foreach (var _ in value.Properties()) return true;
                return false;
            case Kind.Array:
                Run.GuardStack();
                foreach (var item in value.Items())
                {
                    if (Of(item)) return true;
                }
                return false;
            default: return false;
        }
    }
}
