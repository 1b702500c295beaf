using System.Diagnostics;
using IntegrationHub.SystemTests.Febrl;
using IntegrationHub.SystemTests.Fixtures;

namespace IntegrationHub.SystemTests.Kill;

internal enum KillKind
{
    /// <summary>Some milliseconds after a batch of writes was committed as attempted.</summary>
    AfterAttempt,

    /// <summary>While the file's next state lies beside it.</summary>
    DuringRewrite,

    /// <summary>Some time after the start, whatever the hub does then.</summary>
    AnyTime,
}

/// <summary>When one process is killed, drawn before it starts.</summary>
/// <param name="Occurrence">Of several such moments, which.</param>
/// <param name="Delay">How long after it.</param>
internal sealed record KillMoment(KillKind Kind, int Occurrence, TimeSpan Delay)
{
    public static KillMoment Draw(Random random, int occurrencesMax) => random.Next(10) switch
    {
        < 6 => new(KillKind.AfterAttempt, random.Next(1, occurrencesMax + 1), TimeSpan.FromMilliseconds(1 + (random.NextDouble() * 39))),
        < 9 => new(KillKind.DuringRewrite, 1, TimeSpan.FromMilliseconds(random.NextDouble() * 3)),
        _ => new(KillKind.AnyTime, 1, TimeSpan.FromMilliseconds(300 + (random.NextDouble() * 2_500))),
    };

    /// <summary>Waits for the moment and kills.</summary>
    /// <returns>False when the process ended by itself before.</returns>
    public bool Strike(HubProcess process, PatientHub hub)
    {
        if (!WaitForIt(process, hub))
            return false;
        Spin(Delay);
        if (process.HasExited)
            return false;
        process.Kill();
        return true;
    }

    private bool WaitForIt(HubProcess process, PatientHub hub) => Kind switch
    {
        KillKind.AfterAttempt => WaitForAttempt(process, hub.Folder.DatabaseFile),
        KillKind.DuringRewrite => WaitForRewrite(process, hub.Registry.SuccessorPath),
        _ => true,
    };

    private bool WaitForAttempt(HubProcess process, string databaseFile)
    {
        AttemptWatch? watch = null;
        try
        {
            var (seen, last) = (0, 0L);
            // What an earlier process left attempted does not count: its successor has to begin a batch of its own.
            var isFirst = true;
            while (!process.HasExited)
            {
                watch ??= AttemptWatch.TryOpen(databaseFile);
                var batch = watch?.Batch() ?? 0;
                if (watch is not null && batch != last)
                {
                    if (batch != 0 && !isFirst && ++seen == Occurrence)
                        return true;
                    last = batch;
                }

                isFirst &= watch is null;
                Thread.Sleep(1);
            }

            return false;
        }
        finally
        {
            watch?.Dispose();
        }
    }

    private bool WaitForRewrite(HubProcess process, string successor)
    {
        // One that an earlier process left behind is not this one's.
        File.Delete(successor);
        var (seen, wasThere) = (0, false);
        while (!process.HasExited)
        {
            var isThere = File.Exists(successor);
            if (isThere && !wasThere && ++seen == Occurrence)
                return true;
            wasThere = isThere;
            Thread.Sleep(0);
        }

        return false;
    }

    // A sleep is late by as much as some of these moments are long.
    private static void Spin(TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < time)
            Thread.SpinWait(50);
    }
}
