using IntegrationHub.Hub.Configuration;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace IntegrationHub.Hub.Observing;

/// <summary>The hub's log: plain lines on the console, one JSON object a line in a file a day.</summary>
internal static class HubLog
{
    private const string ConsoleLine = "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {Message:lj} {ExceptionType}{NewLine}";
    private const long FileBytesMax = 256L << 20;

    public static Logger Create(HubFile hub) => new LoggerConfiguration()
        .MinimumLevel.Is(hub.LogLevel)
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        .MinimumLevel.Override("System", LogEventLevel.Warning)
        .MinimumLevel.Override("MassTransit", LogEventLevel.Warning)
        .WriteTo.Sink(new ValuelessExceptions(new LoggerConfiguration()
            .MinimumLevel.Verbose()
            .WriteTo.Console(outputTemplate: ConsoleLine)
            .WriteTo.File(
                new JsonFormatter(renderMessage: true), Path.Combine(hub.LogFolder, "hub-.log"), rollingInterval: RollingInterval.Day,
                retainedFileCountLimit: hub.LogKeepDays, fileSizeLimitBytes: FileBytesMax, rollOnFileSizeLimit: true)
            .CreateLogger()))
        .CreateLogger();
}

/// <summary>Logs exceptions by type and place, never by their text: whoever threw it may have quoted a value.</summary>
internal sealed class ValuelessExceptions(Logger inner) : ILogEventSink, IDisposable
{
    public void Emit(LogEvent logEvent) => inner.Write(logEvent.Exception is { } exception ? WithoutText(logEvent, exception) : logEvent);

    public void Dispose() => inner.Dispose();

    private static LogEvent WithoutText(LogEvent logEvent, Exception exception)
    {
        var types = new List<string>();
        for (var one = exception; one is not null; one = one.InnerException)
            types.Add(one.GetType().FullName ?? one.GetType().Name);
        var properties = logEvent.Properties.Select(static property => new LogEventProperty(property.Key, property.Value))
            .Append(new("ExceptionType", new ScalarValue(string.Join(" < ", types))))
            .Append(new("ExceptionPlace", new ScalarValue(exception.StackTrace)));
        return new(logEvent.Timestamp, logEvent.Level, exception: null, logEvent.MessageTemplate, properties);
    }
}
