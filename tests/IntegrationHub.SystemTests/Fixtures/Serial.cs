using Xunit;

// Every test starts processes that use both cores, and some kill them at chosen milliseconds: one after the other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
