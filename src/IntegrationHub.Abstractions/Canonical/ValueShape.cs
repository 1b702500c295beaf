using System.Text;

namespace IntegrationHub.Abstractions;

/// <summary>Describes a value by its shape, so that an error can be understood and the value stays private.</summary>
public static class ValueShape
{
    private const int RunsMax = 12;

    /// <returns>Such as <c>text of 12: a7@a4</c>: letters as <c>a</c>, digits as <c>9</c>, other scripts' letters as <c>字</c>, each with the
    /// length of its run when it is longer than one, other characters as they are; control characters as <c>?</c>. Cut after 12 runs.</returns>
    public static string Of(string? value)
    {
        if (value is null)
            return "null";
        if (value.Length == 0)
            return "empty text";
        var shape = new StringBuilder($"text of {value.Length}: ");
        var runs = 0;
        for (var i = 0; i < value.Length;)
        {
            if (runs++ == RunsMax)
                return shape.Append('…').ToString();
            var kind = KindOf(value[i]);
            var start = i;
            while (i < value.Length && KindOf(value[i]) == kind)
                i++;
            shape.Append(kind);
            if (i - start > 1)
                shape.Append(i - start);
        }

        return shape.ToString();
    }

    private static char KindOf(char character) => character switch
    {
        _ when char.IsAsciiLetter(character) => 'a',
        _ when char.IsDigit(character) => '9',
        _ when char.IsLetter(character) || char.IsSurrogate(character) => '字',
        _ when char.IsControl(character) => '?',
        _ => character,
    };
}
