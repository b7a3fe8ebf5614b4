using System.Globalization;
using Microsoft.Extensions.Configuration;
using Strongroom;

namespace Trading.ServiceDefaults;

/// <summary>
/// Reads a service's own settings and collects every fault. A fault names the setting and what is allowed, but never the
/// value, which may be a secret that was pasted into the wrong line.
/// </summary>
public sealed class SettingsReader
{
    private readonly IConfiguration _configuration;
    private readonly List<string> _faults = [];
    private readonly List<string> _invalid = [];

    private SettingsReader(IConfiguration configuration) => _configuration = configuration;

    /// <summary>Reads all settings of one kind.</summary>
    /// <exception cref="SecretConfigurationException">Settings are wrong; all faults are listed.</exception>
    public static T Read<T>(IConfiguration configuration, Func<SettingsReader, T> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        var reader = new SettingsReader(configuration);
        var settings = read(reader);
        return reader._faults.Count == 0
            ? settings
            : throw new SecretConfigurationException(SecretErrorCode.SettingInvalid, reader._faults);
    }

    /// <summary>A whole number.</summary>
    public int Integer(string name, int unset, int least, int most) =>
        Take(
            name,
            unset,
            text =>
                int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && number >= least
                && number <= most
                    ? number
                    : null,
            string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}")
        );

    /// <summary>A number with a decimal point.</summary>
    public decimal Number(string name, decimal unset, decimal least, decimal most) =>
        Take(
            name,
            unset,
            text =>
                decimal.TryParse(
                    text,
                    NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture,
                    out var number
                )
                && number >= least
                && number <= most
                    ? number
                    : null,
            string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}")
        );

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public bool Switch(string name, bool unset) =>
        Take(
            name,
            unset,
            text =>
                text switch
                {
                    "true" or "1" => true,
                    "false" or "0" => false,
                    _ => (bool?)null,
                },
            "true or false"
        );

    /// <summary>One of some words.</summary>
    public string OneOf(string name, string unset, IReadOnlyList<string> words)
    {
        var text = _configuration[name];
        if (string.IsNullOrEmpty(text))
            return unset;
        if (words.Contains(text, StringComparer.Ordinal))
            return text;
        Fault(name, $"one of {string.Join(", ", words.Where(word => word.Length > 0))}");
        return unset;
    }

    /// <summary>
    /// Adds a fault that only the service can see, such as two settings that disagree. It names the settings: if one of them is
    /// invalid and has its default here, the fault only follows from that and is left out.
    /// </summary>
    public void Require(bool holds, string fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (!holds && !_invalid.Exists(name => fault.Contains(name, StringComparison.Ordinal)))
            _faults.Add(fault);
    }

    private T Take<T>(string name, T unset, Func<string, T?> parse, string allowed)
        where T : struct
    {
        var text = _configuration[name];
        if (string.IsNullOrEmpty(text))
            return unset;
        if (parse(text) is { } value)
            return value;
        Fault(name, allowed);
        return unset;
    }

    private void Fault(string name, string allowed)
    {
        _invalid.Add(name);
        _faults.Add($"{name} is not valid. Allowed is {allowed}; leave it out for the default.");
    }
}
