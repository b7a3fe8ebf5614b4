using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Strongroom;

/// <summary>
/// A failed start as one message for the operator and an exit code: 3 for secrets, 2 for settings, 1 for anything else.
/// </summary>
/// <param name="Message">What is wrong and what to do; contains no value and no stack trace.</param>
/// <param name="ExitCode">The exit code of the process.</param>
public readonly record struct StartFailure(string Message, int ExitCode)
{
    /// <summary>Describes an exception thrown by a host's start.</summary>
    public static StartFailure FromException(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception switch
        {
            AggregateException { InnerExceptions: [var only] } => FromException(only),
            SecretConfigurationException settings => new(settings.Message, 2),
            SecretException secrets => new(secrets.Message, 3),
            OperationCanceledException => new(
                "Cancelled before it was complete: by the program, or by HostOptions.StartupTimeout or ShutdownTimeout.",
                1
            ),
            OptionsValidationException options => new(string.Join(Environment.NewLine, options.Failures), 2),
            _ when SocketErrorOf(exception) is SocketError.AddressAlreadyInUse => new(AddressInUse(exception), 1),
            _ when SocketErrorOf(exception) is SocketError.AccessDenied => new(
                "This user may not open the port; choose one above 1023 in ASPNETCORE_URLS.",
                1
            ),
            // The message of an unexpected exception may contain anything; its type and origin say where to look.
            _ => new($"Unexpected {exception.GetType().FullName}{Site(exception)}. Log level debug shows more.", 1),
        };
    }

    /// <summary>
    /// Whether a start ended because its host was asked to stop, such as by SIGTERM. That is not a failure: the exit code is 0,
    /// without a message.
    /// </summary>
    public static bool IsStop(Exception exception, IHostApplicationLifetime? lifetime)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return lifetime?.ApplicationStopping.IsCancellationRequested == true
            && exception switch
            {
                AggregateException many => many.InnerExceptions.All(one => IsStop(one, lifetime)),
                _ => exception is OperationCanceledException,
            };
    }

    private static SocketError? SocketErrorOf(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is SocketException socket)
                return socket.SocketErrorCode;
        }
        return null;
    }

    private static string AddressInUse(Exception exception)
    {
        // Kestrel names the address in its own message: "Failed to bind to address http://127.0.0.1:8002: address already in
        // use."
        var address = exception
            .Message.Split(' ')
            .Select(word => word.TrimEnd(':', '.'))
            .FirstOrDefault(word => Uri.TryCreate(word, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https");
        var port = address is null ? "The port" : $"Port {new Uri(address).Port}";
        return $"{port} is in use ({address ?? "address unknown"}). Stop the process that uses it, or choose another port: "
            + "ASPNETCORE_URLS for the service, "
            + "MANAGEMENT_URL for management.";
    }

    private static string Site(Exception exception) =>
        new StackTrace(exception).GetFrame(0) is { } frame && DiagnosticMethodInfo.Create(frame) is { } site
            ? $" in {site.DeclaringTypeName}.{site.Name}"
            : "";
}
