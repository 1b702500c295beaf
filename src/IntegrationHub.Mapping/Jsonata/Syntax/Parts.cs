namespace IntegrationHub.Mapping.Jsonata.Syntax;

/// <summary>The parts that a part of an expression is made of.</summary>
internal static class Parts
{
    /// <summary>What belongs to the node itself, in the order of the text.</summary>
    public static IEnumerable<Node> Own(Node node) => node switch
    {
        PathNode path => path.Steps,
        BinaryNode binary => [binary.Left, binary.Right],
        ApplyNode apply => [apply.Left, apply.Right],
        NegateNode negate => [negate.Operand],
        ArrayNode array => array.Items,
        GroupNode group => group.Pairs.SelectMany(pair => (Node[])[pair.Key, pair.Value]),
        BlockNode block => block.Expressions,
        ConditionNode condition => ((Node?[])[condition.Condition, condition.Then, condition.Otherwise]).OfType<Node>(),
        BindNode bind => [bind.Value],
        LambdaNode lambda => [lambda.Body],
        CallNode call => call.Arguments.OfType<Node>().Prepend(call.Procedure),
        TransformNode transform => ((Node?[])[transform.Pattern, transform.Update, transform.Delete]).OfType<Node>(),
        SortNode sort => sort.Terms.Select(term => term.Expression),
        _ => [],
    };

    /// <summary>The predicates and the grouping that follow the node.</summary>
    public static IEnumerable<Node> Following(Node node)
    {
        foreach (var stage in node.Stages ?? [])
        {
            if (stage.Filter is { } filter) yield return filter;
        }
        if (node.Group is { } group) yield return group;
    }

    /// <summary>The node and all that is in it.</summary>
    public static IEnumerable<Node> All(Node node)
    {
        Running.Run.GuardStack();
        yield return node;
        foreach (var part in Own(node).Concat(Following(node)))
        {
            foreach (var inner in All(part)) yield return inner;
        }
    }
}
