using BenchmarkDotNet.Running;
using IntegrationHub.Benchmarks.Sync;

// "sync" measures the whole way against a floor, in one run; everything else goes to BenchmarkDotNet.
if (args is ["sync", .. var rest])
    return await SyncCommand.RunAsync(rest);
BenchmarkSwitcher.FromAssembly(typeof(SyncCommand).Assembly).Run(args);
return 0;
