using BenchmarkDotNet.Attributes;
using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Plan;
using IntegrationHub.Sync.Settings;

namespace IntegrationHub.Benchmarks.Parts;

/// <summary>What one record costs in each of the pure steps; a customer of twelve fields.</summary>
[MemoryDiagnoser]
public class RecordBenchmarks
{
    private static readonly KeyedDigests Digests = new(new byte[32]);
    private static readonly FieldMap Invalid = Person.Fields.With([new("emails[type=work].value", FieldValue.Text("no address"))]);
    private static readonly GoldenRecord Golden = Person.Golden(1);
    private static readonly SourceRecord Record = new()
    {
        Id = 1, Stream = 1, Key = "k1", KeyDigest = default, Stage = RecordStage.Linked, GoldenId = 1, Fields = Person.States,
    };

    private static readonly StreamSettings Stream = new()
    {
        Name = new("shop", "customers"), Number = 1, Mapping = Person.Mapping, Traits = new(),
    };

    [Benchmark]
    public int MappingRead() => Person.Mapping.Read(Person.Payload).Fields.Count;

    [Benchmark]
    public int MappingWrite() => Person.Mapping.Write(Person.Fields).Length;

    [Benchmark]
    public int ValidateWhatIsValid() => Person.Validator.Check("customer", Person.Fields).Count;

    /// <summary>Through the schema library, as everything that is not surely valid.</summary>
    [Benchmark]
    public int ValidateWhatIsNot() => Person.Validator.Check("customer", Invalid).Count;

    [Benchmark]
    public int MatchKeys() => MatchPolicy.Default.KeysOf("customer", Person.Fields).Count;

    [Benchmark]
    public Digest KeyedDigest() => Digests.Of("match/customer/email+family", "ada@example.org\u001Flovelace");

    [Benchmark]
    public int Survivorship() => SurvivorshipPolicy.Default.Merge("customer", Person.Claimants, [], []).Count;

    [Benchmark]
    public int PlanDifferences() => Differences.Of(Golden, Record, Stream, SurvivorshipPolicy.Default).Count;
}
