using System.Net;
using IntegrationHub.Abstractions;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace IntegrationHub.Connectors.Http;

/// <summary>
/// The way of every call: total timeout, retry, turn in the credential's budget, circuit breaker, attempt timeout, the whole answer in
/// memory within its limit. See <see cref="HubHttp"/> for what its exceptions mean.
/// </summary>
internal sealed class ResilienceHandler : DelegatingHandler
{
    private static readonly ResiliencePropertyKey<Call> CallKey = new("call");

    private readonly string connection;
    private readonly HttpSettings settings;
    private readonly RateGovernor governor;
    private readonly TimeProvider clock;
    private readonly ResiliencePipeline<HttpResponseMessage> call;
    private readonly ResiliencePipeline<HttpResponseMessage> attempt;

    public ResilienceHandler(
        string connection, HttpSettings settings, RateGovernor governor, TimeProvider clock, Jitter jitter, HttpMessageHandler inner)
        : base(inner)
    {
        (this.connection, this.settings, this.governor, this.clock) = (connection, settings, governor, clock);
        call = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
            .AddTimeout(settings.TotalTimeout)
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = settings.RetriesMax,
                ShouldHandle = static arguments => ValueTask.FromResult(IsWorthRepeating(arguments.Outcome, Of(arguments.Context).Request)),
                // After a pause that the governor holds the next attempt waits there, together with everybody else.
                DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(
                    Of(arguments.Context).PausedFor is not null ? TimeSpan.Zero : Backoff(settings, arguments.AttemptNumber, jitter)),
            })
            .Build();
        attempt = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                FailureRatio = settings.BreakRatio,
                MinimumThroughput = settings.BreakCallsMin,
                BreakDuration = settings.BreakDuration,
                ShouldHandle = static arguments => ValueTask.FromResult(IsOutage(arguments.Outcome)),
            })
            .AddTimeout(settings.AttemptTimeout)
            .Build();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not null)
            await request.Content.LoadIntoBufferAsync(cancellationToken);
        request.Options.Set(HubRequest.Governor, governor);
        var state = new Call(request);
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(CallKey, state);
        try
        {
            var response = await call.ExecuteAsync(AttemptAsync, context);
            return response.StatusCode == HttpStatusCode.TooManyRequests ? throw Throttled(response, state) : response;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw Named(failure, state);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<HttpResponseMessage> AttemptAsync(ResilienceContext context)
    {
        var state = Of(context);
        state.PausedFor = null;
        var isBulk = state.Request.Options.TryGetValue(HubRequest.Bulk, out var said) && said;
        using var permit = await governor.EnterAsync(isBulk, settings.ThrottleWaitMax, context.CancellationToken);
        var response = await attempt.ExecuteAsync(
            static (arguments, token) => arguments.Handler.SendOnceAsync(arguments.State, token), (Handler: this, State: state), context.CancellationToken);
        Observe(response, state);
        return response;
    }

    private async ValueTask<HttpResponseMessage> SendOnceAsync(Call state, CancellationToken cancellationToken)
    {
        try
        {
            var response = await base.SendAsync(state.Request, cancellationToken);
            await LimitedBody.BufferAsync(response, settings.ResponseBytesMax, cancellationToken);
            HttpMetrics.Called(connection, $"{(int)response.StatusCode / 100}xx");
            HttpMetrics.Received(connection, response.Content.Headers.ContentLength ?? 0);
            return response;
        }
        catch (HttpRequestException failure) when (IsUnsent(failure))
        {
            HttpMetrics.Called(connection, "unreachable");
            throw;
        }
        catch
        {
            HttpMetrics.Called(connection, "lost");
            state.InDoubt = true;
            throw;
        }
    }

    private void Observe(HttpResponseMessage response, Call state)
    {
        governor.Learn(response);
        var asked = RetryAfter.Of(response, clock.GetUtcNow());
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            HttpMetrics.WasThrottled(connection);
            state.PausedFor = governor.Pause(asked);
        }
        else if ((int)response.StatusCode >= 500)
        {
            state.InDoubt = true;
            if (asked is not null)
            {
                state.PausedFor = governor.Pause(asked);
            }
        }
        else
        {
            governor.Passed();
        }
    }

    /// <summary>What the caller sees of a failure: a promise that nothing was applied, or a lost answer.</summary>
    private Exception Named(Exception failure, Call state)
    {
        var name = HubRequest.Name(state.Request);
        // An earlier attempt may have been applied: then no later refusal can promise that nothing was.
        if (state.InDoubt && !HubRequest.IsRead(state.Request))
            return new HttpRequestException(HttpRequestError.ResponseEnded,
                $"{connection}: the answer of {name} was lost; it may have been applied. Read the record back before sending it again.", failure);
        return failure switch
        {
            ConnectorException => failure,
            BrokenCircuitException open => new ConnectorException(FailureKind.Transient, "http.circuit",
                $"{connection}: {name} was not sent, too many calls before it failed. The hub tries again by itself.", open) { RetryAfter = open.RetryAfter },
            HttpRequestException unsent when IsUnsent(unsent) => new ConnectorException(FailureKind.Transient, "http.unreachable",
                $"{connection}: {name} could not be sent ({unsent.HttpRequestError}). Check that the system runs and that the base URL names it.", unsent),
            // Waiting for its turn, never sent.
            TimeoutRejectedException late when !state.InDoubt => new ConnectorException(FailureKind.Transient, "http.timeout",
                $"{connection}: {name} did not get its turn within {settings.TotalTimeout.TotalSeconds:0} s. The hub tries again by itself.", late),
            _ => failure,
        };
    }

    private ConnectorException Throttled(HttpResponseMessage response, Call state)
    {
        response.Dispose();
        return new(FailureKind.Transient, "http.429", $"{connection}: the system asked for fewer calls again and again. The hub goes on by itself.")
        {
            RetryAfter = state.PausedFor,
            IsThrottled = true,
        };
    }

    private static bool IsWorthRepeating(Outcome<HttpResponseMessage> outcome, HttpRequestMessage request) => outcome switch
    {
        { Result.StatusCode: HttpStatusCode.TooManyRequests } => true,
        { Result: { } response } => HubRequest.IsIdempotent(request) && IsServerFailure(response),
        { Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } } => false,
        { Exception: HttpRequestException failure } when IsUnsent(failure) => true,
        { Exception: HttpRequestException or IOException or TimeoutRejectedException } => HubRequest.IsIdempotent(request),
        _ => false,
    };

    private static bool IsOutage(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Result: { } response } => IsServerFailure(response),
        { Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } } => false,
        { Exception: HttpRequestException or IOException or TimeoutRejectedException } => true,
        _ => false,
    };

    private static bool IsServerFailure(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout or HttpStatusCode.RequestTimeout;

    /// <summary>The connection was never made, so not a byte of the request has left.</summary>
    private static bool IsUnsent(HttpRequestException failure) => failure.HttpRequestError is
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    private static TimeSpan Backoff(HttpSettings settings, int attempts, Jitter jitter) => TimeSpan.FromSeconds(
        jitter.Next() * Math.Min(settings.RetryDelayMax.TotalSeconds, settings.RetryDelay.TotalSeconds * Math.Pow(2, attempts)));

    private static Call Of(ResilienceContext context) => context.Properties.GetValue(CallKey, null!);

    private sealed class Call(HttpRequestMessage request)
    {
        public HttpRequestMessage Request { get; } = request;

        public bool InDoubt { get; set; }

        /// <summary>The pause that the last attempt brought about.</summary>
        public TimeSpan? PausedFor { get; set; }
    }
}
