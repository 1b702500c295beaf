using System.Collections.Frozen;

namespace IntegrationHub.Mapping.Jsonata;

/// <summary>What each code means, for people. A sentence never holds a value of the input.</summary>
internal static class JsonataErrors
{
    private static readonly FrozenDictionary<string, string> Sentences = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["S0101"] = "A text is not closed: add the matching quote",
        ["S0102"] = "The number {token} is out of range",
        ["S0103"] = "The escape \\{token} is not known: use \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\uXXXX",
        ["S0104"] = "\\u has to be followed by 4 hexadecimal digits",
        ["S0105"] = "A quoted name is not closed: add the backquote",
        ["S0106"] = "A comment is not closed: add */",
        ["S0201"] = "{token} is not expected here",
        ["S0202"] = "Expected {value}, found {token}",
        ["S0203"] = "Expected {value} before the expression ends",
        ["S0204"] = "{token} is no operator",
        ["S0207"] = "The expression ends too early",
        ["S0208"] = "A parameter of a function has to be a variable ($name), found {token}",
        ["S0209"] = "A predicate cannot follow a grouping {…} in the same step",
        ["S0210"] = "A step can have only one grouping {…}",
        ["S0211"] = "{token} cannot stand at the beginning of an expression",
        ["S0212"] = "The left side of := has to be a variable ($name)",
        ["S0213"] = "The literal {token} cannot be a step of a path",
        ["S0214"] = "The right side of {token} has to be a variable ($name)",
        ["S0215"] = "A binding @$name has to come before the predicates of its step",
        ["S0216"] = "A binding @$name has to come before the order-by of its step",
        ["S0217"] = "% has no parent here: it goes further up than the path reaches",
        ["S0301"] = "A regular expression cannot be empty",
        ["S0302"] = "A regular expression is not closed: add /",
        ["S0303"] = "The regular expression is not valid, or uses what is not supported",
        ["S0401"] = "In a signature only functions and arrays can have a type parameter",
        ["S0402"] = "In a signature a choice cannot hold parameterised types",
        ["T0410"] = "Argument {value} of function {token} does not fit its signature",
        ["T0411"] = "The context is not of the type that argument {value} of function {token} asks for",
        ["T0412"] = "Argument {value} of function {token} has to be an array of one type",
        ["D1001"] = "A number is out of range",
        ["D1002"] = "Only a number can be negated",
        ["T1003"] = "A key of an object has to be a text",
        ["D1004"] = "The regular expression matches an empty text, which would never end",
        ["T1005"] = "{token} is no function. Did you mean ${token}?",
        ["T1006"] = "What is called is no function",
        ["T1007"] = "{token} is no function and cannot be partially applied. Did you mean ${token}?",
        ["T1008"] = "What is partially applied is no function",
        ["D1009"] = "Several keys of the object come out the same",
        ["T1010"] = "The matcher given to {token} does not return a match object",
        ["D1011"] = "The expression nests or recurses too deeply: end the recursion, or write the call as the last thing the function does",
        ["D1012"] = "The evaluation took too long or too many steps: look for a loop without an end, or a regular expression that backtracks",
        ["T2001"] = "The left side of {token} has to be a number",
        ["T2002"] = "The right side of {token} has to be a number",
        ["T2003"] = "The left side of .. has to be an integer",
        ["T2004"] = "The right side of .. has to be an integer",
        ["T2006"] = "The right side of ~> has to be a function",
        ["T2007"] = "The values of an order-by are not all of one type",
        ["T2008"] = "An order-by has to give numbers or texts",
        ["T2009"] = "Both sides of {token} have to be of the same type",
        ["T2010"] = "Both sides of {token} have to be numbers or texts",
        ["T2011"] = "The update of a transform |…|…| has to be an object",
        ["T2012"] = "The deletion of a transform |…|…|…| has to be a text or an array of texts",
        ["T2013"] = "A transform needs $clone, which is not a function here",
        ["D2014"] = "A range .. cannot have more than 10,000,000 numbers",
        ["D2015"] = "A value grows beyond the limit: make it smaller, or raise the limit",
        ["D3001"] = "Infinity has no text",
        ["D3010"] = "The second argument of $replace cannot be an empty text",
        ["D3011"] = "The fourth argument of $replace cannot be negative",
        ["D3012"] = "A replacement function has to return a text",
        ["D3020"] = "The third argument of $split cannot be negative",
        ["D3030"] = "The value cannot be read as a number",
        ["D3040"] = "The third argument of $match cannot be negative",
        ["D3050"] = "The function given to $reduce has to take at least two arguments",
        ["D3060"] = "$sqrt needs a number that is not negative",
        ["D3061"] = "$power gives a number that JSON cannot hold",
        ["D3070"] = "$sort without a function needs only texts or only numbers",
        ["D3080"] = "A number picture can have at most two parts",
        ["D3081"] = "A number picture can have only one decimal separator",
        ["D3082"] = "A number picture can have only one percent sign",
        ["D3083"] = "A number picture can have only one per-mille sign",
        ["D3084"] = "A number picture cannot have both percent and per-mille",
        ["D3085"] = "A number picture needs at least one digit sign before its exponent",
        ["D3086"] = "A number picture has a sign that does not belong between its digits",
        ["D3087"] = "A number picture has a grouping separator beside its decimal separator",
        ["D3088"] = "A number picture has a grouping separator at the end of its integer part",
        ["D3089"] = "A number picture has two grouping separators side by side",
        ["D3090"] = "In the integer part of a number picture # has to come before 0",
        ["D3091"] = "In the fraction of a number picture 0 has to come before #",
        ["D3092"] = "A number picture with percent or per-mille cannot have an exponent",
        ["D3093"] = "The exponent of a number picture can only have digits",
        ["D3100"] = "The base of $formatBase has to be 2 to 36",
        ["D3110"] = "$toMillis without a picture needs an ISO 8601 date",
        ["D3120"] = "The text given to $eval does not parse",
        ["D3121"] = "The text given to $eval failed",
        ["D3130"] = "This kind of integer sequence is not supported",
        ["D3131"] = "The digits of an integer picture have to be of one family",
        ["D3132"] = "The date picture has a component that is not known: {token}",
        ["D3133"] = "In a date picture only months and days can be written as names, not {token}",
        ["D3134"] = "The time zone of a date picture has at most four digits",
        ["D3135"] = "A [ of the date picture is not closed: add ]",
        ["D3136"] = "The date picture does not hold all that is needed to know the date",
        ["D3137"] = "The expression reported an error itself, with $error",
        ["D3138"] = "$single found more than one",
        ["D3139"] = "$single found none",
        ["D3140"] = "${token} was given a text that is not well formed",
        ["D3141"] = "An $assert of the expression does not hold",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string Sentence(string code, int position, string? token)
    {
        var place = position < 0 ? "" : $" (at character {position})";
        return $"{code}: {Fill(Sentences.GetValueOrDefault(code, "The expression failed"), token, null)}{place}.";
    }

    public static string Detail(string code, string? token, string? value) => code switch
    {
        "D3140" => $"Malformed URL passed to ${token}(): {value}",
        _ when value is null => Fill(Sentences.GetValueOrDefault(code, code), token, null),
        _ => $"{Fill(Sentences.GetValueOrDefault(code, code), token, value)}: {value}",
    };

    private static string Fill(string sentence, string? token, string? value) => sentence
        .Replace("{token}", token ?? "it", StringComparison.Ordinal)
        .Replace("{value}", value ?? "what belongs here", StringComparison.Ordinal);
}
