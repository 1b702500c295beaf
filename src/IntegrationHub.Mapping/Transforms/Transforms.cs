namespace IntegrationHub.Mapping;

/// <summary>What a transform does, for documentation and editors.</summary>
/// <param name="Name">As a mapping file writes it.</param>
/// <param name="Argument">What follows the colon, such as <c>&lt;format&gt;</c>; empty when nothing does, in square brackets when it may
/// be left out.</param>
/// <param name="Direction"><c>two-way</c> when writing undoes reading; <c>in</c> when a two-way field writes the value as it is.</param>
/// <param name="Help">One line.</param>
public sealed record TransformHelp(string Name, string Argument, string Direction, string Help);

/// <summary>The transforms that a mapping file can name.</summary>
public static class Transforms
{
    private static readonly TransformKind[] Kinds =
    [
        TextTransforms.OneWay("trim", "Removes white space at both ends.", "white space at the ends", static text => text.Trim()),
        TextTransforms.OneWay("lowercase", "Lower case in every script that has one.", "letter case", static text =>
            text.ToLowerInvariant()),
        TextTransforms.OneWay("uppercase", "Upper case in every script that has one.", "letter case", static text =>
            text.ToUpperInvariant()),
        TextTransforms.OneWay("collapseSpaces", "One space for each run of white space; none at the ends.", "runs of white space",
            TextTransforms.Collapse),
        TextTransforms.OneWay("titlecase", "The first letter of each word large, the others small.", "letter case", TextTransforms.Title),
        TextTransforms.OneWay("htmlToText", "The text of HTML: no tags, entities as characters, a line for each block.",
            "the HTML around the text", HtmlText.Of),
        TextTransforms.OneWay("hash", "The SHA-256 of the text in 64 hexadecimal digits.", "the text itself", TextTransforms.Hash),
        TextTransforms.Digits,
        LengthTransforms.Limit,
        NameTransforms.GivenName,
        NameTransforms.FamilyName,
        ContactTransforms.Email,
        ContactTransforms.Street,
        ContactTransforms.HouseNumber,
        TextTransforms.Prefix,
        ListTransforms.Split,
        ListTransforms.Join,
        DateTransforms.Date,
        DateTransforms.DateTime,
        DateTransforms.EpochMs,
        ScalarTransforms.Not,
        ScalarTransforms.YesNo,
        ScalarTransforms.Number,
        PhoneTransform.Help,
    ];

    /// <summary>All transforms, in the order in which they are documented.</summary>
    public static IReadOnlyList<TransformHelp> All { get; } =
        [.. Kinds.Select(kind => new TransformHelp(kind.Name, kind.Argument, kind.IsTwoWay ? "two-way" : "in", kind.Help))];

    /// <param name="text">As the mapping file writes it: <c>trim</c>, <c>date:yyyyMMdd</c>.</param>
    /// <param name="error">What is wrong and what to write instead; empty when nothing is.</param>
    internal static Transform? Make(string text, IPhoneNumbers phones, out string error)
    {
        var mark = text.IndexOf(':', StringComparison.Ordinal);
        var name = mark < 0 ? text : text[..mark];
        var argument = mark < 0 ? null : text[(mark + 1)..];
        error = "";
        if (Array.Find(Kinds, kind => kind.Name == name) is not { } found)
            error = $"There is no transform '{name}'. {Nearest.Suggest(name, [.. Kinds.Select(kind => kind.Name)])}";
        else if (argument is null && found.Argument.StartsWith('<'))
            error = $"The transform '{name}' needs an argument; write {name}:{found.Argument}.";
        else if (argument is not null && found.Argument.Length == 0)
            error = $"The transform '{name}' takes no argument; write '{name}'.";
        else if (found.Name == PhoneTransform.Help.Name)
            return PhoneTransform.Make(text, argument, phones);
        else if (argument is { Length: 0 })
            error = $"The argument of '{name}:' is empty; write {name}:{found.Argument.Trim('[', ']')}.";
        else
            return found.Make(text, argument, out error);
        return null;
    }
}

/// <summary>How a transform is documented and made.</summary>
internal sealed record TransformKind(string Name, string Argument, bool IsTwoWay, string Help, TransformMaker Make);

internal delegate Transform? TransformMaker(string text, string? argument, out string error);
