using IntegrationHub.Mapping.Jsonata.Data;

namespace IntegrationHub.Mapping.Jsonata.Running;

/// <summary>Putting values together.</summary>
internal static class Sequences
{
    /// <summary>Both values one after the other, as a new array; what is undefined adds nothing.</summary>
    public static Value Append(in Value first, in Value second)
    {
        if (first.IsUndefined) return second;
        if (second.IsUndefined) return first;
        var joined = new ArrayValue((first.IsArray ? first.Count : 1) + (second.IsArray ? second.Count : 1));
        AddTo(joined, first);
        AddTo(joined, second);
        return Value.Of(joined);
    }

    public static void AddTo(ArrayValue array, in Value value)
    {
        if (value.IsArray) array.AddItems(value);
        else array.Add(value);
    }

    /// <summary>Sorts without changing the order of what is equal.</summary>
    /// <param name="isAfter">Whether the first belongs after the second. It may throw, and need not be consistent.</param>
    /// <returns>The sorted items; <paramref name="items"/> is used as working space.</returns>
    public static T[] Sort<T>(Run run, T[] items, Func<T, T, bool> isAfter)
    {
        var spare = new T[items.Length];
        for (var width = 1; width < items.Length; width = width > items.Length / 2 ? items.Length : width * 2)
        {
            for (var from = 0; from < items.Length; from += width * 2)
            {
                var middle = Math.Min(from + width, items.Length);
                Merge(run, items, spare, from, middle, Math.Min(middle + width, items.Length), isAfter);
            }
            (items, spare) = (spare, items);
        }
        return items;
    }

    private static void Merge<T>(Run run, T[] from, T[] to, int start, int middle, int end, Func<T, T, bool> isAfter)
    {
        var left = start;
        var right = middle;
        for (var at = start; at < end; at++)
        {
            run.Step();
            var takesRight = left == middle || right < end && isAfter(from[left], from[right]);
            to[at] = takesRight ? from[right++] : from[left++];
        }
    }
}
