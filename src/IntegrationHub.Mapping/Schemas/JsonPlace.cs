using System.Globalization;
using System.Text;
using System.Text.Json;

namespace IntegrationHub.Mapping;

/// <summary>Follows a reader through a JSON text: where it is, and which properties each open object has had.</summary>
internal sealed class JsonPlace
{
    private readonly Stack<Level> levels = new();

    /// <summary>The JSON path of the token entered last, such as <c>fields[3].canonical</c>; <c>$</c> at the root.</summary>
    public string Path
    {
        get
        {
            var text = new StringBuilder();
            foreach (var level in levels.Reverse())
            {
                if (level.Names is null)
                    text.Append('[').Append(Math.Max(level.Index, 0).ToString(CultureInfo.InvariantCulture)).Append(']');
                else if (level.Name is not null)
                    text.Append(text.Length > 0 ? "." : "").Append(level.Name);
            }

            return text.Length == 0 ? "$" : text.ToString();
        }
    }

    /// <returns>The property's name when its object had it already; null otherwise.</returns>
    public string? Enter(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                var level = levels.Peek();
                level.Name = reader.GetString()!;
                return level.Names!.Add(level.Name) ? null : level.Name;
            case JsonTokenType.StartObject:
                Count();
                levels.Push(new Level { Names = new(StringComparer.Ordinal) });
                return null;
            case JsonTokenType.StartArray:
                Count();
                levels.Push(new Level());
                return null;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                levels.Pop();
                return null;
            default:
                Count();
                return null;
        }
    }

    private void Count()
    {
        if (levels.TryPeek(out var level) && level.Names is null)
            level.Index++;
    }

    private sealed class Level
    {
        public HashSet<string>? Names { get; init; }

        public string? Name { get; set; }

        public int Index { get; set; } = -1;
    }
}
