using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping;

/// <summary>The paths of its input that an expression reads, as far as its text says.</summary>
/// <param name="IsWhole">It reads the input as a whole, or what it reads cannot be told.</param>
internal sealed record ExpressionReads(bool IsWhole, IReadOnlyList<IReadOnlyList<string>> Paths)
{
    public static ExpressionReads Of(Node whole)
    {
        var walk = new Walk();
        walk.AtRoot(whole);
        return new(walk.IsWhole, [.. walk.Paths.DistinctBy(path => string.Join('\0', path), StringComparer.Ordinal)]);
    }

    private sealed class Walk
    {
        public bool IsWhole { get; private set; }

        public List<IReadOnlyList<string>> Paths { get; } = [];

        /// <summary>A part whose context is the input.</summary>
        public void AtRoot(Node node)
        {
            Run.GuardStack();
            switch (node)
            {
                case PathNode path: Follow(path); break;
                case NameNode name: Paths.Add([name.Name]); break;
                case VariableNode { Name: "" or "$" } or WildcardNode or DescendantsNode or ParentNode: IsWhole = true; break;
                case TransformNode:
                    // Its context is what it is applied to.
                    Inside(node);
                    return;
                default:
                    foreach (var part in Parts.Own(node))
                        AtRoot(part);
                    break;
            }

            foreach (var part in Parts.Following(node))
                Inside(part);
        }

        // Elsewhere only $$ leads to the input.
        private void Inside(Node node)
        {
            Run.GuardStack();
            if (node is VariableNode { Name: "$" })
                IsWhole = true;
            if (node is PathNode { Steps: [VariableNode { Name: "$" }, ..] } path)
                Follow(path);
            else
                foreach (var part in Parts.Own(node).Concat(Parts.Following(node)))
                    Inside(part);
        }

        private void Follow(PathNode path)
        {
            var fromVariable = path.Steps[0] is VariableNode { Name: "" or "$", Stages: null };
            var names = path.Steps.Skip(fromVariable ? 1 : 0).TakeWhile(step => step is NameNode).Cast<NameNode>().ToList();
            // Past a predicate the way depends on the data; up to it the input has to say something.
            var plain = names.FindIndex(name => name.Stages is not null);
            if (names.Count > 0)
                Paths.Add([.. (plain < 0 ? names : names.Take(plain + 1)).Select(name => name.Name)]);
            else if (fromVariable)
                IsWhole = true;
            else
                AtRoot(path.Steps[0]);
            foreach (var part in path.Steps.SelectMany((step, i) => i == 0 ? Parts.Following(step)
                : Parts.Own(step).Concat(Parts.Following(step))))
                Inside(part);
        }
    }
}
