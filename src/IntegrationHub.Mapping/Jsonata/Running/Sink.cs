using IntegrationHub.Mapping.Jsonata.Data;

namespace IntegrationHub.Mapping.Jsonata.Running;

/// <summary>Gathers what the last step of a path gives: nothing is copied while there is only one result.</summary>
internal struct Sink
{
    private Value _first;
    private int _count;
    private ArrayValue? _all;

    public void Push(Run run, in Value result)
    {
        if (_count++ == 0)
        {
            _first = result;
            return;
        }
        if (_all is null)
        {
            _all = ArrayValue.Sequence();
            _all.AddFlat(_first);
        }
        _all.AddFlat(result);
        run.Count(_all.Count);
    }

    /// <summary>What the path gives. A single array that was there before stays as it is.</summary>
    public readonly Value Result(bool keeps)
    {
        if (_all is { } all)
        {
            all.KeepsSingleton = keeps;
            return all.Collapse();
        }
        if (_count == 0) return default;
        if (_first.MadeArray is { IsSequence: true } made) return Again(made, keeps).Collapse();
        var wraps = keeps && (!_first.IsArray || _first.MadeArray is { IsConstructed: true });
        return wraps ? Value.Of(Keeping(ArrayValue.Sequence(_first))) : _first;
    }

    /// <summary>The results as a sequence, whatever their number; arrays are dissolved.</summary>
    public readonly ArrayValue Sequence()
    {
        if (_all is { } all) return all;
        var sequence = ArrayValue.Sequence();
        if (_count > 0) sequence.AddFlat(_first);
        return sequence;
    }

    /// <summary>The results as the last step leaves them: a single array that was there before is itself.</summary>
    public readonly Value Uncollapsed() => _count == 0 ? default : _count == 1 && _first.IsArray ? _first : Value.Of(Sequence());

    private static ArrayValue Again(ArrayValue made, bool keeps)
    {
        if (made.KeepsSingleton == keeps) return made;
        var copy = ArrayValue.Sequence(made.Count);
        copy.AddItems(Value.Of(made));
        copy.KeepsSingleton = keeps;
        return copy;
    }

    private static ArrayValue Keeping(ArrayValue sequence)
    {
        sequence.KeepsSingleton = true;
        return sequence;
    }
}
