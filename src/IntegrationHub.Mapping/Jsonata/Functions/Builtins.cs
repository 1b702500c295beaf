using System.Collections.Frozen;

namespace IntegrationHub.Mapping.Jsonata.Functions;

/// <summary>All functions of the language by name, without the dollar.</summary>
internal static class Builtins
{
    private static readonly FrozenDictionary<string, Builtin> ByName = new[]
    {
        TextFunctions.All,
        MatchFunctions.All,
        CodingFunctions.All,
        NumberFunctions.All,
        AggregateFunctions.All,
        ArrayFunctions.All,
        ObjectFunctions.All,
        HigherOrderFunctions.All,
        ControlFunctions.All,
        DateFunctions.All,
    }.SelectMany(family => family).ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    public static IEnumerable<string> Names => ByName.Keys;

    public static Builtin? Find(string name) => ByName.GetValueOrDefault(name);
}
