using System.Net;
using System.Text;

namespace IntegrationHub.Mapping;

/// <summary>The text that a reader of HTML would see.</summary>
internal static class HtmlText
{
    private static readonly string[] Blocks = ["p", "br", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6",
        "blockquote", "hr"];
    private static readonly string[] Hidden = ["script", "style", "head", "template"];

    public static string Of(string html)
    {
        var text = new StringBuilder(html.Length);
        for (var i = 0; i < html.Length; i++)
        {
            if (html[i] != '<')
            {
                text.Append(html[i]);
                continue;
            }

            if (string.CompareOrdinal(html, i, "<!--", 0, 4) == 0)
            {
                var end = html.IndexOf("-->", i, StringComparison.Ordinal);
                i = end < 0 ? html.Length : end + 2;
                continue;
            }

            // A < that opens no tag is itself.
            if (i + 1 >= html.Length || !(char.IsAsciiLetter(html[i + 1]) || html[i + 1] is '/' or '!'))
            {
                text.Append('<');
                continue;
            }

            var close = html.IndexOf('>', i);
            if (close < 0)
                break;
            var name = Name(html, i);
            if (Blocks.Contains(name))
                text.Append('\n');
            i = html[i + 1] != '/' && Hidden.Contains(name) ? EndOf(html, close, name) : close;
        }

        return Tidy(WebUtility.HtmlDecode(text.ToString()));
    }

    private static string Name(string html, int open)
    {
        var start = html[open + 1] == '/' ? open + 2 : open + 1;
        var end = start;
        while (end < html.Length && char.IsAsciiLetterOrDigit(html[end]))
            end++;
        return html[start..end].ToLowerInvariant();
    }

    private static int EndOf(string html, int from, string name)
    {
        var end = html.IndexOf($"</{name}", from, StringComparison.OrdinalIgnoreCase);
        var close = end < 0 ? -1 : html.IndexOf('>', end);
        return close < 0 ? html.Length : close;
    }

    // White space is one space, ends of lines as many as blocks ask for but never more than one empty line.
    private static string Tidy(string text)
    {
        var lines = text.Split('\n').Select(line => string.Join(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        var tidy = new StringBuilder();
        foreach (var line in lines.Where(line => line.Length > 0))
        {
            if (tidy.Length > 0)
                tidy.Append('\n');
            tidy.Append(line);
        }

        return tidy.ToString();
    }
}
