using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Strongroom.Operations;

/// <summary>
/// The process variables as configuration, with flat names as a service reads them. A <c>.env</c> file in the current folder is
/// never read.
/// </summary>
internal sealed class VariableConfiguration(IReadOnlyDictionary<string, string> variables) : IConfiguration
{
    public string? this[string key]
    {
        get => variables.GetValueOrDefault(key);
        set => throw new NotSupportedException("Variables are read only.");
    }

    public IEnumerable<IConfigurationSection> GetChildren() => variables.Keys.Select(GetSection);

    public IChangeToken GetReloadToken() => new CancellationChangeToken(CancellationToken.None);

    public IConfigurationSection GetSection(string key) => new Variable(this, key);

    private sealed class Variable(IConfiguration root, string key) : IConfigurationSection
    {
        public string? this[string child]
        {
            get => root[$"{key}:{child}"];
            set => throw new NotSupportedException("Variables are read only.");
        }

        public string Key => key;

        public string Path => key;

        public string? Value
        {
            get => root[key];
            set => throw new NotSupportedException("Variables are read only.");
        }

        public IEnumerable<IConfigurationSection> GetChildren() => [];

        public IChangeToken GetReloadToken() => root.GetReloadToken();

        public IConfigurationSection GetSection(string child) => root.GetSection($"{key}:{child}");
    }
}
