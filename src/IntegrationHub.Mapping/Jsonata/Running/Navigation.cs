using IntegrationHub.Mapping.Jsonata.Data;

namespace IntegrationHub.Mapping.Jsonata.Running;

/// <summary>The steps that go down into data: by name, to all children, to all descendants.</summary>
internal static class Navigation
{
    /// <summary>A property; of an array, those of its items, one after the other.</summary>
    public static Value Lookup(Run run, in Value value, PropertyName name)
    {
        if (value.Kind == Kind.Object) return value.Property(name);
        if (value.Kind != Kind.Array) return default;
        var found = ArrayValue.Sequence();
        Collect(run, value, name, found);
        return found.Collapse();
    }

    /// <summary>All values of an object, or of the objects in an array; arrays in them are dissolved.</summary>
    public static Value Children(Run run, in Value input)
    {
        var value = input.MadeArray is { IsInputWrapper: true } wrapper ? wrapper[0] : input;
        var found = ArrayValue.Sequence();
        if (value.IsObject)
        {
            foreach (var (_, child) in value.Properties()) Dissolve(run, child, found);
        }
        else if (value.IsArray)
        {
            foreach (var item in value.Items()) Dissolve(run, item, found);
        }
        return Value.Of(found);
    }

    /// <summary>The value and all that is in it; of arrays only what they hold.</summary>
    public static Value Descendants(Run run, in Value input)
    {
        if (input.IsUndefined) return default;
        var found = ArrayValue.Sequence();
        Descend(run, input, found);
        return Value.Of(found);
    }

    private static void Collect(Run run, in Value array, PropertyName name, ArrayValue found)
    {
        Run.GuardStack();
        foreach (var item in array.Items())
        {
            run.Step();
            if (item.Kind == Kind.Array)
            {
                Collect(run, item, name, found);
                continue;
            }
            if (item.Kind != Kind.Object) continue;
            var value = item.Property(name);
            if (value.IsUndefined) continue;
            if (value.IsArray) found.AddItems(value);
            else found.Add(value);
            run.Count(found.Count);
        }
    }

    private static void Dissolve(Run run, in Value value, ArrayValue found)
    {
        run.Step();
        if (!value.IsArray)
        {
            found.Add(value);
            run.Count(found.Count);
            return;
        }
        Run.GuardStack();
        foreach (var item in value.Items()) Dissolve(run, item, found);
    }

    private static void Descend(Run run, in Value value, ArrayValue found)
    {
        run.Step();
        Run.GuardStack();
        if (value.IsArray)
        {
            foreach (var item in value.Items()) Descend(run, item, found);
            return;
        }
        found.Add(value);
        run.Count(found.Count);
        if (!value.IsObject) return;
        foreach (var (_, child) in value.Properties()) Descend(run, child, found);
    }
}
