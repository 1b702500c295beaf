using System.Globalization;
using System.Text.Json;

namespace IntegrationHub.Abstractions;

/// <summary>What a canonical field holds. A field that is absent has no <see cref="FieldValue"/> at all.</summary>
public enum FieldKind : byte
{
    /// <summary>Explicitly empty: the system says that there is no value. Never the same as absent.</summary>
    Empty,
    Text,
    Number,
    Boolean,
    /// <summary>Several texts without order or repetition, such as tags.</summary>
    Set,
}

/// <summary>The value of one canonical field, immutable and comparable by content.</summary>
/// <remarks>Numbers are decimals and kept as their shortest text: money never passes through binary floating point.</remarks>
public readonly struct FieldValue : IEquatable<FieldValue>
{
    private readonly string? text;

    private FieldValue(FieldKind kind, string? text)
    {
        Kind = kind;
        this.text = text;
    }

    public static FieldValue Empty => default;

    public FieldKind Kind { get; }

    public bool IsEmpty => Kind == FieldKind.Empty;

    /// <summary>The value as text: the text itself, a number in plain decimal notation, <c>true</c> or <c>false</c>, or for a set its
    /// members as a JSON array in ordinal order. Empty text when the value is explicitly empty.</summary>
    public string AsText => text ?? "";

    /// <summary>The decimal that a <see cref="FieldKind.Number"/> holds.</summary>
    /// <exception cref="InvalidOperationException">The value is not a number.</exception>
    public decimal AsNumber => Kind == FieldKind.Number
        ? decimal.Parse(AsText, NumberStyles.Float, CultureInfo.InvariantCulture)
        : throw new InvalidOperationException($"A {Kind} value is not a number.");

    /// <summary>The members of a <see cref="FieldKind.Set"/> in ordinal order.</summary>
    /// <exception cref="InvalidOperationException">The value is not a set.</exception>
    public IReadOnlyList<string> AsSet => Kind == FieldKind.Set
        ? JsonSerializer.Deserialize<string[]>(AsText) ?? []
        : throw new InvalidOperationException($"A {Kind} value is not a set.");

    public bool IsTrue => Kind == FieldKind.Boolean && AsText == "true";

    public static bool operator ==(FieldValue left, FieldValue right) => left.Equals(right);

    public static bool operator !=(FieldValue left, FieldValue right) => !left.Equals(right);

    /// <param name="value">Any text; the empty text is explicitly empty.</param>
    public static FieldValue Text(string value) => value.Length == 0 ? Empty : new(FieldKind.Text, value);

    /// <summary>A number; <c>1.50</c> and <c>1.5</c> are the same value.</summary>
    public static FieldValue Number(decimal value) => new(FieldKind.Number, value.ToString("0.############################", CultureInfo.InvariantCulture));

    public static FieldValue Boolean(bool value) => new(FieldKind.Boolean, value ? "true" : "false");

    /// <summary>A set; order and repetition do not matter. No members at all is explicitly empty.</summary>
    public static FieldValue Set(IEnumerable<string> members)
    {
        var distinct = members.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        return distinct.Length == 0 ? Empty : new(FieldKind.Set, JsonSerializer.Serialize(distinct));
    }

    public bool Equals(FieldValue other) => Kind == other.Kind && string.Equals(text, other.text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is FieldValue other && Equals(other);

    public override int GetHashCode() => HashCode.Combine((int)Kind, text is null ? 0 : text.Length);

    /// <summary>The kind alone: a value may be personal and must not reach a log by accident.</summary>
    public override string ToString() => Kind.ToString();
}
