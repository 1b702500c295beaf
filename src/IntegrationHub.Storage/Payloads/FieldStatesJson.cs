using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;

namespace IntegrationHub.Storage.Payloads;

/// <summary>
/// Field states as JSON, an object by path. The two usual cases are short: a value alone is seen, said by the system itself at the time <c>@</c>, and
/// agreed; <c>{"e":v}</c> is seen and agreed but came from the hub. Otherwise <c>s</c> seen, <c>o</c> own, <c>a</c> own since (milliseconds),
/// <c>t</c> and <c>u</c> the agreement's theirs and ours.
/// </summary>
internal static class FieldStatesJson
{
    public static byte[] Write(FieldStates states) => PayloadWriter.Write(states, static (json, content) =>
    {
        var usual = UsualTime(content);
        json.WriteStartObject();
        if (usual is not null)
            json.WriteNumber("@", usual.Value);
        foreach (ref readonly var state in content.AsSpan())
        {
            json.WritePropertyName(state.Path);
            WriteState(json, in state, usual);
        }

        json.WriteEndObject();
    });

    public static FieldStates Read(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        var states = new List<FieldState>(16);
        var usual = DateTimeOffset.UnixEpoch;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("@"u8))
            {
                reader.Read();
                usual = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64());
                continue;
            }

            var path = Names.Read(ref reader);
            reader.Read();
            states.Add(reader.TokenType == JsonTokenType.StartObject ? ReadLong(ref reader, path) : Agreed(path, ValueJson.Read(ref reader), usual));
        }

        return FieldStates.FromSorted([.. states]);
    }

    private static FieldState Agreed(string path, FieldValue value, DateTimeOffset at) => new(path, value, new OwnValue(value, at), new Agreement(value, value));

    private static long? UsualTime(FieldStates states)
    {
        foreach (ref readonly var state in states.AsSpan())
        {
            if (IsAgreed(in state))
                return state.Own!.Value.At.ToUnixTimeMilliseconds();
        }

        return null;
    }

    private static bool IsAgreed(in FieldState state) =>
        state is { Seen: { } seen, Own: { } own, Base: { } agreement } && own.Value == seen && agreement.Theirs == seen && agreement.Ours == seen;

    private static void WriteState(Utf8JsonWriter json, in FieldState state, long? usual)
    {
        if (IsAgreed(in state) && state.Own!.Value.At.ToUnixTimeMilliseconds() == usual)
        {
            ValueJson.Write(json, state.Seen!.Value);
            return;
        }

        json.WriteStartObject();
        if (state is { Seen: { } seen, Own: null, Base: { } agreement } && agreement.Theirs == seen && agreement.Ours == seen)
            ValueJson.WriteOptional(json, "e", seen);
        else
            WriteLong(json, in state);
        json.WriteEndObject();
    }

    private static void WriteLong(Utf8JsonWriter json, in FieldState state)
    {
        ValueJson.WriteOptional(json, "s", state.Seen);
        if (state.Own is { } own)
        {
            ValueJson.WriteOptional(json, "o", own.Value);
            json.WriteNumber("a", own.At.ToUnixTimeMilliseconds());
        }

        if (state.Base is { } agreement)
        {
            ValueJson.WriteOptional(json, "t", agreement.Theirs);
            ValueJson.WriteOptional(json, "u", agreement.Ours);
        }
    }

    private static FieldState ReadLong(ref Utf8JsonReader reader, string path)
    {
        FieldValue? seen = null, own = null, theirs = null, ours = null, echo = null;
        var at = DateTimeOffset.UnixEpoch;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan[0];
            reader.Read();
            switch (name)
            {
                case (byte)'s': seen = ValueJson.Read(ref reader); break;
                case (byte)'o': own = ValueJson.Read(ref reader); break;
                case (byte)'a': at = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64()); break;
                case (byte)'t': theirs = ValueJson.Read(ref reader); break;
                case (byte)'u': ours = ValueJson.Read(ref reader); break;
                case (byte)'e': echo = ValueJson.Read(ref reader); break;
                default: throw new InvalidDataException($"The stored state of a field has an unknown member '{(char)name}'. A newer version wrote it: run that one.");
            }
        }

        return echo is { } value
            ? new(path, value, null, new Agreement(value, value))
            : new(path, seen, own is null ? null : new OwnValue(own.Value, at), theirs is null ? null : new Agreement(theirs.Value, ours ?? theirs.Value));
    }
}
