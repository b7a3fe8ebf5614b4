using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Trading.ServiceDefaults;

/// <summary>One line a message on the console: text where a person reads, JSON elsewhere. LOG_LEVEL sets how much.</summary>
internal static class LoggingExtensions
{
    private static readonly string[] s_frameworks = ["Microsoft.AspNetCore", "System.Net.Http", "Microsoft.Extensions.Http"];

    internal static void AddTradingLogging(this WebApplicationBuilder builder, ICollection<string> faults)
    {
        var logging = builder.Logging.ClearProviders();
        var level = ReadLevel(builder.Configuration, faults);
        logging.SetMinimumLevel(level);
        // Who asks for a trace wants what the frameworks say too.
        if (level > LogLevel.Trace)
        {
            foreach (var framework in s_frameworks)
                logging.AddFilter(framework, LogLevel.Warning);
        }
        if (IsForPeople(builder))
            logging.AddSimpleConsole(console => Format(console, single: true));
        else
            logging.AddJsonConsole(console => Format(console, single: false));
    }

    private static void Format(ConsoleFormatterOptions options, bool single)
    {
        options.UseUtcTimestamp = true;
        options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        if (options is SimpleConsoleFormatterOptions simple)
            simple.SingleLine = single;
    }

    /// <summary>A question of looks only; what is allowed is decided by the guardrail.</summary>
    private static bool IsForPeople(WebApplicationBuilder builder) =>
        builder.Configuration["DEPLOYMENT_ENV"] switch
        {
            "local" or "test" => true,
            null or "" => builder.Environment.IsDevelopment(),
            _ => false,
        };

    private static LogLevel ReadLevel(IConfiguration configuration, ICollection<string> faults)
    {
        switch (configuration["LOG_LEVEL"]?.ToUpperInvariant())
        {
            case null or "" or "INFORMATION" or "INFO":
                return LogLevel.Information;
            case "TRACE":
                return LogLevel.Trace;
            case "DEBUG":
                return LogLevel.Debug;
            case "WARNING" or "WARN":
                return LogLevel.Warning;
            case "ERROR":
                return LogLevel.Error;
            default:
                faults.Add("LOG_LEVEL is trace, debug, information, warning or error.");
                return LogLevel.Information;
        }
    }
}
