using IntegrationHub.Mapping.Jsonata.Data;
using IntegrationHub.Mapping.Jsonata.Running;
using IntegrationHub.Mapping.Jsonata.Syntax;

namespace IntegrationHub.Mapping.Jsonata.Compiling;

/// <summary>Operators between two values, the minus sign, and the conditions.</summary>
internal static class Operators
{
    private const double RangeMax = 1e7;

    public static Op Compile(Compiler compiler, BinaryNode node, CompileScope scope)
    {
        var left = compiler.Compile(node.Left, scope);
        var right = compiler.Compile(node.Right, scope);
        var at = node.Position;
        return node.Sign switch
        {
            "+" => Arithmetic(left, right, "+", at, (a, b) => a + b),
            "-" => Arithmetic(left, right, "-", at, (a, b) => a - b),
            "*" => Arithmetic(left, right, "*", at, (a, b) => a * b),
            "/" => Arithmetic(left, right, "/", at, (a, b) => a / b),
            "%" => Arithmetic(left, right, "%", at, (a, b) => a % b),
            "=" => (Run run, Scope s, in Value input) => Value.Of(AreEqual(left(run, s, input), right(run, s, input))),
            "!=" => (Run run, Scope s, in Value input) => Value.Of(Differ(left(run, s, input), right(run, s, input))),
            "<" => Comparison(left, right, "<", at, order => order < 0),
            "<=" => Comparison(left, right, "<=", at, order => order <= 0),
            ">" => Comparison(left, right, ">", at, order => order > 0),
            ">=" => Comparison(left, right, ">=", at, order => order >= 0),
            "and" => (Run run, Scope s, in Value input) => Value.Of(Truth.Of(left(run, s, input)) && Truth.Of(right(run, s, input))),
            "or" => (Run run, Scope s, in Value input) => Value.Of(Truth.Of(left(run, s, input)) || Truth.Of(right(run, s, input))),
            "in" => (Run run, Scope s, in Value input) => Value.Of(Includes(left(run, s, input), right(run, s, input))),
            "&" => (Run run, Scope s, in Value input) => Concatenation(run, left(run, s, input), right(run, s, input)),
            ".." => (Run run, Scope s, in Value input) => Range(left(run, s, input), right(run, s, input), at),
            _ => throw new System.Diagnostics.UnreachableException($"No operator {node.Sign}."),
        };
    }

    public static Op Negate(Op operand, int position) => (Run run, Scope s, in Value input) =>
    {
        var value = operand(run, s, input);
        if (value.IsUndefined) return default;
        return value.IsNumber ? Value.Of(-value.Number) : throw new JsonataException("D1002", position, "-");
    };

    public static Op Condition(Compiler compiler, ConditionNode node, CompileScope scope, bool last)
    {
        var condition = compiler.Compile(node.Condition, scope);
        var otherwise = node.Otherwise is { } other ? compiler.Compile(other, scope, last) : Compiler.Constant(default);
        if (node.Then is { } yes)
        {
            var then = compiler.Compile(yes, scope, last);
            return (Run run, Scope s, in Value input) =>
                Truth.Of(condition(run, s, input)) ? then(run, s, input) : otherwise(run, s, input);
        }
        var coalesces = node.Coalesces;
        return (Run run, Scope s, in Value input) =>
        {
            var value = condition(run, s, input);
            return (coalesces ? !value.IsUndefined : Truth.Of(value)) ? value : otherwise(run, s, input);
        };
    }

    private static Op Arithmetic(Op left, Op right, string sign, int position, Func<double, double, double> calculate) =>
        (Run run, Scope s, in Value input) =>
        {
            var a = left(run, s, input);
            var b = right(run, s, input);
            if (!a.IsUndefined && !IsNumber(a, position)) throw new JsonataException("T2001", position, sign);
            if (!b.IsUndefined && !IsNumber(b, position)) throw new JsonataException("T2002", position, sign);
            return a.IsUndefined || b.IsUndefined ? default : Value.Of(calculate(a.Number, b.Number));
        };

    private static bool IsNumber(in Value value, int position)
    {
        if (!value.IsNumber) return false;
        return double.IsFinite(value.Number) ? true : throw new JsonataException("D1001", position);
    }

    private static Op Comparison(Op left, Op right, string sign, int position, Func<int, bool> holds) =>
        (Run run, Scope s, in Value input) =>
        {
            var a = left(run, s, input);
            var b = right(run, s, input);
            if (!IsComparable(a) || !IsComparable(b)) throw new JsonataException("T2010", position, sign);
            if (a.IsUndefined || b.IsUndefined) return default;
            if (a.Kind != b.Kind) throw new JsonataException("T2009", position, sign);
            return Value.Of(holds(a.IsNumber ? a.Number.CompareTo(b.Number) : string.CompareOrdinal(a.Text, b.Text)));
        };

    private static bool IsComparable(in Value value) => value.IsUndefined || value.Kind is Kind.Number or Kind.Text;

    private static bool AreEqual(in Value a, in Value b) => !a.IsUndefined && !b.IsUndefined && Equality.Of(a, b);

    private static bool Differ(in Value a, in Value b) => !a.IsUndefined && !b.IsUndefined && !Equality.Of(a, b);

    private static bool Includes(in Value item, in Value list)
    {
        if (item.IsUndefined || list.IsUndefined) return false;
        if (!list.IsArray) return item.SameAs(list);
        foreach (var candidate in list.Items())
        {
            if (item.SameAs(candidate)) return true;
        }
        return false;
    }

    private static Value Concatenation(Run run, in Value a, in Value b)
    {
        var left = a.IsUndefined ? "" : TextForm.Of(run, a);
        var right = b.IsUndefined ? "" : TextForm.Of(run, b);
        run.Size((long)left.Length + right.Length);
        return Value.Of(left + right);
    }

    private static Value Range(in Value from, in Value to, int position)
    {
        if (!from.IsUndefined && !IsInteger(from)) throw new JsonataException("T2003", position, "..");
        if (!to.IsUndefined && !IsInteger(to)) throw new JsonataException("T2004", position, "..");
        if (from.IsUndefined || to.IsUndefined || from.Number > to.Number) return default;
        var count = to.Number - from.Number + 1;
        if (count > RangeMax) throw new JsonataException("D2014", position, "..");
        return Value.Of(ArrayValue.Range(from.Number, (int)count));
    }

    private static bool IsInteger(in Value value) => value.IsNumber && double.IsInteger(value.Number);
}
