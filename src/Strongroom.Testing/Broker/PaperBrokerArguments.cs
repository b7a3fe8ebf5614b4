using System.Globalization;

namespace Strongroom.Testing;

/// <summary>The command line of <see cref="PaperBrokerProgram"/>.</summary>
internal sealed record PaperBrokerArguments
{
    public int Port { get; init; } = PaperBrokerProgram.DefaultPort;

    /// <summary>Market minutes in a minute: a bar every second.</summary>
    public double Acceleration { get; init; } = 60;

    public int? Seed { get; init; }

    public DateOnly? Date { get; init; }

    public static PaperBrokerArguments? Parse(string[] args, out string fault)
    {
        var parsed = new PaperBrokerArguments();
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || With(parsed, args[i], args[i + 1]) is not { } next)
            {
                fault =
                    $"{args[i]} is not understood with what follows it; "
                    + "usage: [--port N] [--acceleration X] [--seed N] [--date YYYY-MM-DD]";
                return null;
            }
            parsed = next;
        }
        fault = "";
        return parsed;
    }

    public PaperBrokerOptions ToOptions(string? deploymentEnvironment, TimeProvider time)
    {
        var options = new PaperBrokerOptions
        {
            Port = Port,
            DeploymentEnvironment = deploymentEnvironment,
            TimeProvider = time,
        };
        options.Seed = Seed ?? options.Seed;
        options.TradingDate = Date ?? options.TradingDate;
        return options;
    }

    private static PaperBrokerArguments? With(PaperBrokerArguments parsed, string name, string value) =>
        name switch
        {
            "--port" when ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) => parsed with
            {
                Port = port,
            },
            "--acceleration"
                when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var factor)
                    && factor is > 0 and <= 60_000 => parsed with
            {
                Acceleration = factor,
            },
            "--seed" when int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed) =>
                parsed with
                {
                    Seed = seed,
                },
            "--date"
                when DateOnly.TryParseExact(
                    value,
                    "yyyy-MM-dd",
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.None,
                    out var date
                ) => parsed with
            {
                Date = date,
            },
            _ => null,
        };
}
