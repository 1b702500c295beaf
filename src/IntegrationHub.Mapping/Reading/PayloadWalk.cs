using System.Text;
using System.Text.Json;
using IntegrationHub.Abstractions;

namespace IntegrationHub.Mapping;

/// <summary>One pass through a payload: fills the slots of the paths that a mapping reads, and looks for duplicate properties
/// everywhere.</summary>
internal ref struct PayloadWalk(ReadOnlySpan<byte> payload, SourceValue[] slots, Span<ulong> nameHashes)
{
    private Utf8JsonReader reader = new(payload, new JsonReaderOptions { MaxDepth = JsonText.DepthMax });

    // A stack: each open object's names lie above those of the object around it.
    private Span<ulong> hashes = nameHashes;
    private int hashCount;

    /// <summary>Two names of one object share a hash: almost surely a duplicate.</summary>
    public bool MayHaveDuplicates { get; private set; }

    /// <returns>False when the payload is not an object.</returns>
    /// <exception cref="JsonException">The payload is not JSON, or deeper than 32 levels.</exception>
    public bool Run(SourceNode root)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        ReadObject(root);
        // Throws when something follows.
        reader.Read();
        return true;
    }

    private void ReadObject(SourceNode? node)
    {
        var firstHash = hashCount;
        var hint = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var hash = HashName();
            if (hashes[firstHash..hashCount].Contains(hash))
                MayHaveDuplicates = true;
            Push(hash);
            var child = node is null ? null : Find(node, hash, ref hint);
            reader.Read();
            ReadValue(child);
        }

        hashCount = firstHash;
    }

    private readonly SourceNode? Find(SourceNode node, ulong hash, ref int hint)
    {
        // Records of a stream mostly have their properties in one order: the next child is the likeliest.
        var children = node.Children;
        for (var tries = 0; tries < children.Count; tries++)
        {
            if (hint >= children.Count)
                hint = 0;
            var child = children[hint++];
            if (child.NameHash == hash && reader.ValueTextEquals(child.NameUtf8))
                return child;
        }

        return null;
    }

    private void ReadValue(SourceNode? node)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject when node is not { Slot: < 0, IsList: false }:
                node?.Fill(slots, SourceValue.Bad(
                    "object", node.IsList ? "a list of objects" : "a single value; name the property inside, such as Owner.Name"));
                ReadObject(null);
                break;
            case JsonTokenType.StartObject:
                ReadObject(node);
                break;
            case JsonTokenType.StartArray when node is { IsList: true }:
                ReadKeyedList(node);
                break;
            case JsonTokenType.StartArray:
                ReadArray(node);
                break;
            case JsonTokenType.Null:
                node?.Fill(slots, SourceValue.Null);
                break;
            default:
                if (node is null)
                    break;
                if (node.Slot >= 0)
                    slots[node.Slot] = PayloadScalar.Read(ref reader);
                else
                    node.Fill(slots, SourceValue.Bad(PayloadScalar.Shape(ref reader), node.IsList ? "a list of objects" : "an object"));
                break;
        }
    }

    private void ReadArray(SourceNode? node)
    {
        var members = node is null ? null : new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (members is not null && reader.TokenType is JsonTokenType.String or JsonTokenType.Number
                && PayloadScalar.Read(ref reader) is { State: SourceState.Value } member)
            {
                members!.Add(member.Value.AsText);
                continue;
            }

            members = null;
            ReadValue(null);
        }

        if (node is null)
            return;
        if (node.Slot >= 0 && members is not null)
            slots[node.Slot] = members.Count == 0 ? SourceValue.Null : SourceValue.Of(FieldValue.Set(members));
        else
            node.Fill(slots, SourceValue.Bad("list",
                "a single value, or a list of texts; name an element of a list of objects by its key, such as phones[kind=home].number"));
    }

    private void ReadKeyedList(SourceNode node)
    {
        Span<bool> isSeen = node.Elements.Count <= 64 ? stackalloc bool[node.Elements.Count] : new bool[node.Elements.Count];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                node.Fill(slots, SourceValue.Bad("list with other elements than objects", "a list of objects"));
                ReadValue(null);
                continue;
            }

            var start = reader;
            for (var i = 0; i < node.Elements.Count; i++)
            {
                reader = start;
                if (!HasKeys(node.Elements[i]))
                    continue;
                reader = start;
                if (isSeen[i])
                    node.Elements[i].Node.Fill(slots, SourceValue.Bad("two elements with one key", "each key once in the list"));
                else
                    ReadValue(node.Elements[i].Node);
                isSeen[i] = true;
            }

            reader = start;
            ReadValue(null);
        }
    }

    private bool HasKeys(SourceElement element)
    {
        var matched = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = KeyAt(element);
            reader.Read();
            if (key >= 0 && PayloadScalar.IsText(ref reader, element.Keys[key].Value))
                matched++;
            reader.Skip();
        }

        return matched == element.Keys.Count;
    }

    private readonly int KeyAt(SourceElement element)
    {
        for (var i = 0; i < element.Keys.Count; i++)
        {
            if (reader.ValueTextEquals(element.Keys[i].Name))
                return i;
        }

        return -1;
    }

    private readonly ulong HashName()
    {
        if (!reader.ValueIsEscaped)
            return SourceNode.HashOf(reader.ValueSpan);
        var unescaped = new byte[reader.ValueSpan.Length];
        return SourceNode.HashOf(unescaped.AsSpan(0, reader.CopyString(unescaped)));
    }

    private void Push(ulong hash)
    {
        if (hashCount == hashes.Length)
        {
            var larger = new ulong[hashes.Length * 2];
            hashes.CopyTo(larger);
            hashes = larger;
        }

        hashes[hashCount++] = hash;
    }
}

/// <summary>Single values of a payload.</summary>
internal static class PayloadScalar
{
    public static SourceValue Read(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => ReadText(ref reader),
        JsonTokenType.Number => SourceValue.Of(ReadNumber(reader.ValueSpan)),
        JsonTokenType.True => SourceValue.Of(FieldValue.Boolean(true)),
        JsonTokenType.False => SourceValue.Of(FieldValue.Boolean(false)),
        _ => SourceValue.Null,
    };

    public static string Shape(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => Read(ref reader) is { State: SourceState.Value } text
            ? ValueShape.Of(text.Value.AsText)
            : "text with half a surrogate pair",
        JsonTokenType.Number => $"number of {reader.ValueSpan.Length} characters",
        _ => "boolean",
    };

    public static bool IsText(ref Utf8JsonReader reader, string text) => reader.TokenType switch
    {
        JsonTokenType.String => reader.ValueTextEquals(text),
        JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => Encoding.UTF8.GetString(reader.ValueSpan) == text,
        _ => false,
    };

    private static SourceValue ReadText(ref Utf8JsonReader reader)
    {
        try
        {
            return SourceValue.Of(FieldValue.Text(reader.GetString()!));
        }
        catch (InvalidOperationException)
        {
            // "\ud800" alone is allowed in JSON and is no character.
            return SourceValue.Bad("text with half a surrogate pair", "whole characters");
        }
    }

    private static FieldValue ReadNumber(ReadOnlySpan<byte> utf8)
    {
        Span<char> text = utf8.Length <= 64 ? stackalloc char[utf8.Length] : new char[utf8.Length];
        Encoding.ASCII.GetChars(utf8, text);
        // What a decimal cannot hold goes on as its text: a text field keeps every digit, a number field refuses it.
        return ExactNumber.TryParse(text, out var number) ? FieldValue.Number(number) : FieldValue.Text(text.ToString());
    }
}
