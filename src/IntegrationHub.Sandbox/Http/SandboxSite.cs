using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>A sandbox system with a protocol: takes requests from a door, lets the script of faults befall them, and answers. One
/// request is answered after the other.</summary>
public abstract class SandboxSite
{
    private readonly AdminRoutes admin;

    private protected SandboxSite(SandboxSystem system)
    {
        System = system;
        Faults = new FaultScript(system);
        admin = new AdminRoutes(this);
    }

    /// <summary>The name in addresses and populations.</summary>
    public string Name => System.Name;

    /// <summary>What lies behind the protocol.</summary>
    public SandboxSystem System { get; }

    public FaultScript Faults { get; }

    /// <summary>What this system calls the fields of a person or an organisation.</summary>
    internal abstract PartyFields Party { get; }

    /// <summary>A client whose requests are answered inline, without sockets or time limit, as if from
    /// <c>http://{name}.sandbox/</c>.</summary>
    public HttpClient CreateInlineClient() =>
        new(new SandboxHandler(this), disposeHandler: true)
        {
            BaseAddress = new Uri($"http://{Name}.sandbox/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };

    internal SandboxResponse Answer(SandboxRequest request)
    {
        lock (System.Gate)
        {
            if (request.Path.StartsWith("/sandbox/", StringComparison.Ordinal))
                return Guarded(request, admin.Answer);
            var fault = Faults.Next(request.Method, request.Path, RecordSetOf(request));
            return fault is null ? Guarded(request, Serve) : Befallen(request, fault);
        }
    }

    /// <summary>The record set that the path is about; null for none.</summary>
    private protected abstract string? RecordSetOf(SandboxRequest request);

    /// <summary>The key that the path names; null for none.</summary>
    private protected abstract string? KeyOf(SandboxRequest request);

    /// <summary>Who calls; null when the request proves nobody.</summary>
    private protected abstract string? CallerOf(SandboxRequest request);

    /// <summary>Answers an authenticated request.</summary>
    private protected abstract SandboxResponse Route(SandboxRequest request, Call call);

    /// <summary>An error in the system's own manner.</summary>
    private protected abstract SandboxResponse Problem(int status, string code, string message, params (string, string)[] headers);

    /// <summary>Answers what needs no authentication; null for everything that does.</summary>
    private protected virtual SandboxResponse? RouteOpen(SandboxRequest request) => null;

    /// <summary>Makes every token void; nothing to do where there are none.</summary>
    private protected virtual void ExpireTokens()
    {
    }

    private SandboxResponse Befallen(SandboxRequest request, Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.Status:
                return new SandboxResponse(fault.Status) { Headers = fault.Headers, Body = fault.Body };
            case FaultKind.DropBeforeCommit:
                return new SandboxResponse(0) { End = AnswerEnd.Dropped };
            case FaultKind.TokenExpired:
                ExpireTokens();
                return Unauthorised();
            case FaultKind.Lock when RecordSetOf(request) is { } recordSet && KeyOf(request) is { } key:
                System.LockRecord(recordSet, key, fault.Delay);
                break;
            case FaultKind.Lock:
                return Problem(423, "locked", "Somebody has the record open. Try again later.");
            default:
                break;
        }
        var answer = Guarded(request, given => Serve(given, fault));
        return fault.Kind switch
        {
            FaultKind.Delay => answer with { Delay = fault.Delay },
            FaultKind.DropAfterCommit => answer with { End = AnswerEnd.Dropped },
            FaultKind.TruncateBody => answer with { End = AnswerEnd.Truncated },
            FaultKind.TornBody => answer with { Body = answer.Body?[..(answer.Body.Length / 2)] },
            _ => answer,
        };
    }

    private SandboxResponse Serve(SandboxRequest request) => Serve(request, fault: null);

    private SandboxResponse Serve(SandboxRequest request, Fault? fault)
    {
        if (RouteOpen(request) is { } open)
            return open;
        if (CallerOf(request) is not { } caller)
            return Unauthorised();
        var origin = new Origin("api:" + caller, request.Header("Idempotency-Key"), request.Header("X-Correlation-Id"));
        return Route(request, new Call(origin, fault?.Kind));
    }

    private SandboxResponse Unauthorised() => Problem(401, "unauthorized", "The credentials are missing, wrong or expired.");

    private SandboxResponse Guarded(SandboxRequest request, Func<SandboxRequest, SandboxResponse> answer)
    {
        try
        {
            return answer(request);
        }
        catch (BadRequestException mistake)
        {
            return Problem(400, "bad_request", mistake.Message);
        }
    }

    /// <summary>What a route knows of a request besides the request.</summary>
    private protected sealed record Call(Origin Origin, FaultKind? Fault)
    {
        public bool EmptiesPage => Fault is FaultKind.EmptyPage;

        public bool RepeatsPage => Fault is FaultKind.EmptyPage or FaultKind.RepeatPage;
    }
}
