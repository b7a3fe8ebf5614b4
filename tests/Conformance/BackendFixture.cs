using Strongroom.Backends;

namespace Strongroom.Conformance;

/// <summary>One backend with an empty place of its own in it, which can be cut off and denied.</summary>
public abstract class BackendFixture : IAsyncDisposable
{
    /// <summary>The declaration that the suite's names come from; <c>env</c> needs one to list.</summary>
    public const string Declaration = """
        { "service": "conformance", "secrets": [
          { "name": "conf/single" }, { "name": "conf/singleton" }, { "name": "conf/other" }, { "name": "conf/absent" },
          { "name": "conf/deep/er/one" },
          { "name": "conf/pair_id", "at": "conf/pair#id", "bundle": "pair" },
          { "name": "conf/pair_key", "at": "conf/pair#key", "bundle": "pair" } ] }
        """;

    /// <summary>The backend under test.</summary>
    public abstract ISecretBackend Backend { get; }

    /// <summary>Put before every place, as <c>SECRET_NAMESPACE</c> is; ends with a slash, or is empty.</summary>
    public virtual string Namespace => "";

    /// <summary>What a read of a backend that was cut off is told.</summary>
    public virtual SecretErrorCode CutCode => SecretErrorCode.Unreachable;

    /// <summary>What a denied read is told.</summary>
    public virtual SecretErrorCode DeniedCode => SecretErrorCode.Denied;

    /// <summary>Whether one path can be denied and another not.</summary>
    public virtual bool DeniesSingly => true;

    /// <summary>Whether a deleted secret's name can be written again at once.</summary>
    public virtual bool RewritesDeleted => true;

    /// <summary>A version that is well-formed here and never was.</summary>
    public virtual SecretVersion UnknownVersion => new("987654321");

    /// <summary>Another backend on the same place, as another process has it.</summary>
    public abstract ISecretBackend OpenAnother();

    /// <summary>Makes the backend unreachable.</summary>
    public abstract Task CutAsync();

    /// <summary>Makes it reachable again.</summary>
    public abstract Task MendAsync();

    /// <summary>Takes the right to read one path.</summary>
    public abstract Task DenyAsync(SecretLocation location);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
